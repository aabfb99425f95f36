"use client";

import { type SignInResponse, signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";

// What `authorize` says in `CredentialsSignin(code="…")`; "credentials" where it says nothing.
const REASONS: Record<string, string> = {
  credentials: "Email or password is wrong.",
  locked: "This account is locked.",
};

/** A form of our own, which signs in without leaving the page. */
export function SignInForm({ onAnswer }: { onAnswer: (answer: SignInResponse) => void }) {
  const [answer, setAnswer] = useState<SignInResponse>();
  const [waiting, setWaiting] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setWaiting(true);
    try {
      const answer = await signIn("credentials", {
        email: form.get("email"),
        password: form.get("password"),
        redirect: false,
      });
      setAnswer(answer);
      onAnswer(answer);
    } finally {
      setWaiting(false);
    }
  }

  return (
    <section className="card" aria-labelledby="sign-in">
      <h1 id="sign-in">Sign in</h1>
      {answer?.error && (
        <p className="alert" role="alert">
          {REASONS[answer.code ?? ""] ?? "You could not be signed in."}
        </p>
      )}
      <form onSubmit={submit}>
        <label>
          Email
          <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button disabled={waiting}>Sign in</button>
      </form>
    </section>
  );
}
