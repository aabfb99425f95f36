// Owns the page of an old client: what both versions have, under the names that both know.
import React, { useEffect, useState } from "react";
import ReactDOM from "react-dom";

function Page({ client }) {
  const [session, loading] = client.useSession();
  const [providers, setProviders] = useState(null);
  const [result, setResult] = useState(null);
  useEffect(() => {
    client.getProviders().then(setProviders);
  }, []);

  async function submit(event) {
    event.preventDefault();
    const { email, password, redirect } = event.currentTarget.elements;
    const fields = { email: email.value, password: password.value, redirect: redirect.checked };
    setResult((await client.signin("credentials", fields)) ?? null);
  }

  async function leaveWithoutRedirect() {
    setResult(await client.signout({ redirect: false }));
  }

  const who = session ? `${session.user.name} (${session.user.email})` : "Nobody";
  return (
    <main>
      <h1>{loading ? "Loading" : `${who} is signed in`}</h1>
      <p>Providers: {providers && Object.keys(providers).join(", ")}</p>
      <button onClick={() => client.signin()}>Choose how to sign in</button>
      <form onSubmit={submit}>
        <label>Email <input name="email" type="email" /></label>
        <label>Password <input name="password" type="password" /></label>
        <label><input name="redirect" type="checkbox" /> Redirect</label>
        <button>Sign in here</button>
      </form>
      <button onClick={() => client.signout()}>Sign out</button>
      <button onClick={leaveWithoutRedirect}>Sign out and stay</button>
      <output>{result && JSON.stringify(result)}</output>
    </main>
  );
}

export function show(client) {
  window.client = client;
  ReactDOM.render(
    <client.Provider>
      <Page client={client} />
    </client.Provider>,
    document.getElementById("root"),
  );
}
