import type { Session } from "next-auth";

import { signOut } from "@/auth";

import { Answer } from "./answer";
import { AskPython } from "./ask-python";

async function leave() {
  "use server";
  await signOut({ redirectTo: "/" });
}

/** Who is signed in, as `auth()` says, and as the Python API says. */
export function Account({ session }: { session: Session }) {
  return (
    <>
      <section className="card" aria-labelledby="account">
        <h1 id="account">Hello, {session.user?.name}</h1>
        <Answer of="auth()" value={session} />
        <form action={leave}>
          <button className="quiet">Sign out</button>
        </form>
      </section>
      <AskPython />
    </>
  );
}
