"use client";

import { type SignInResponse, signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";

/** A form of our own, which signs in without leaving the page. */
export function SignInForm({ onAnswer }: { onAnswer: (answer?: SignInResponse) => void }) {
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
        // The client of v4 has no `code`: it cannot tell a locked account from a wrong password.
        <p className="alert" role="alert">
          {answer.error === "CredentialsSignin"
            ? "You could not be signed in. Check email and password."
            : "Something went wrong. Try again later."}
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
