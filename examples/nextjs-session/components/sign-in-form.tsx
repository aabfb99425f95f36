import { AuthError } from "next-auth";
import { redirect } from "next/navigation";

import { signIn } from "@/auth";

async function enter(form: FormData) {
  "use server";
  try {
    await signIn("credentials", {
      email: form.get("email"),
      password: form.get("password"),
      redirectTo: "/",
    });
  } catch (error) {
    if (error instanceof AuthError) redirect(`/?error=${error.type}`);
    throw error; // the redirect of a sign-in that worked
  }
}

/** Signs in with Auth.js, in a server action. */
export function SignInForm({ hasFailed }: { hasFailed: boolean }) {
  return (
    <section className="card" aria-labelledby="sign-in">
      <h1 id="sign-in">Sign in</h1>
      {hasFailed && (
        <p className="alert" role="alert">
          Email or password is wrong.
        </p>
      )}
      <form action={enter}>
        <label>
          Email
          <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button>Sign in</button>
      </form>
    </section>
  );
}
