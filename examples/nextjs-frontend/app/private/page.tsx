"use client";

import { useSession } from "next-auth/react";

export default function Private() {
  // Whoever is not signed in is sent to the sign-in page, and comes back here.
  const { data: session, status } = useSession({ required: true });
  if (status === "loading") return <p className="card">One moment…</p>;
  return (
    <section className="card" aria-labelledby="private">
      <h1 id="private">Only for you, {session.user?.name}</h1>
      <p>This page shows nothing to anybody who is not signed in.</p>
    </section>
  );
}
