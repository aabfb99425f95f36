"use client";

import { getCsrfToken, getProviders, type SignInResponse, useSession } from "next-auth/react";
import { useEffect, useState } from "react";

import { Answer } from "./answer";

/** What the client library was told by the server. */
export function ServerFacts({ signIn }: { signIn: SignInResponse | undefined }) {
  const { data: session, status } = useSession();
  const [providers, setProviders] = useState<Awaited<ReturnType<typeof getProviders>>>();
  const [csrfToken, setCsrfToken] = useState<string>();

  useEffect(() => {
    getProviders().then(setProviders);
    getCsrfToken().then(setCsrfToken);
  }, []);

  return (
    <section className="card" aria-labelledby="facts">
      <h2 id="facts">What the server says</h2>
      <Answer of="signIn()" value={signIn} />
      <Answer of="useSession()" value={{ status, data: session }} />
      <Answer of="getProviders()" value={providers} />
      <Answer of="getCsrfToken()" value={csrfToken} />
    </section>
  );
}
