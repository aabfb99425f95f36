"use client";

import { useSession } from "next-auth/react";
import { type FormEvent, useState } from "react";

import { Answer } from "./answer";

/** What somebody who is signed in can do: change the name in the session, and ask who it is. */
export function Account() {
  const { data: session, update } = useSession();
  const [profile, setProfile] = useState<unknown>();
  const [token, setToken] = useState<unknown>();

  async function rename(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // Reaches the server's `jwt` callback, with the trigger "update".
    await update({ name: new FormData(event.currentTarget).get("name") });
  }

  async function askPython() {
    const response = await fetch("/api/me");
    setProfile(await response.json());
  }

  async function askNext() {
    const response = await fetch("/api/token");
    setToken(await response.json());
  }

  if (!session) return null;
  const ends = new Date(session.expires).toLocaleDateString("en", { dateStyle: "long" });
  return (
    <section className="card" aria-labelledby="account">
      <h1 id="account">Hello, {session.user?.name}</h1>
      <p>Unless you come back, your session ends on {ends}.</p>
      <form onSubmit={rename}>
        <label>
          Name
          <input name="name" defaultValue={session.user?.name ?? ""} maxLength={80} required />
        </label>
        <button>Change the name</button>
      </form>
      <button className="quiet" onClick={askPython}>
        Ask the API who I am
      </button>
      <Answer of="GET /api/me" value={profile} />
      <button className="quiet" onClick={askNext}>
        Ask Next.js who I am
      </button>
      <Answer of="GET /api/token" value={token} />
    </section>
  );
}
