"use client";

import Link from "next/link";
import { signIn, signOut, useSession } from "next-auth/react";

/** Who is signed in, on every page. */
export function Header() {
  const { data: session, status } = useSession();
  return (
    <header>
      <nav aria-label="Pages">
        <Link className="site" href="/">
          Next.js <span>×</span> Python
        </Link>
        <Link href="/private">Private page</Link>
      </nav>
      <div className="who" aria-live="polite">
        {status === "authenticated" && (
          <>
            <span className="name">{session.user?.name}</span>
            <button className="quiet" onClick={() => signOut()}>
              Sign out
            </button>
          </>
        )}
        {status === "unauthenticated" && (
          // Without a provider, signIn() goes to the server's own page, and comes back to here.
          <button className="quiet" onClick={() => signIn()}>
            Sign in at the server
          </button>
        )}
      </div>
    </header>
  );
}
