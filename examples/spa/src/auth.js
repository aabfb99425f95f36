// Owns how a page on another origin talks to the server: fetch, with the server's cookies.

const SERVER = import.meta.env.VITE_API_ORIGIN ?? "http://localhost:8000";

/** Fetches a path of the server; throws where it is out of reach, or does not trust this page. */
export function ask(path, options) {
  return fetch(SERVER + path, { ...options, credentials: "include" });
}

async function read(action) {
  return (await ask(`/api/auth/${action}`)).json();
}

/** Answers who is signed in, `{user, expires}`, or null. */
export function getSession() {
  return read("session");
}

/** Answers what one can sign in with, by id. */
export function getProviders() {
  return read("providers");
}

/** Signs in. Answers null, or `{error, code}`, as the page of the server would get them. */
export function signIn(fields) {
  return post("callback/credentials", fields);
}

/** Signs out. Answers null, or `{error, code}`. */
export function signOut() {
  return post("signout");
}

async function post(action, fields) {
  // From a trusted origin the token is not needed; with it, this page also works with Auth.js.
  const { csrfToken } = await read("csrf");
  const response = await ask(`/api/auth/${action}`, {
    method: "POST",
    headers: { "X-Auth-Return-Redirect": "1" }, // asks for JSON, which holds the redirect's target
    body: new URLSearchParams({ ...fields, csrfToken, callbackUrl: location.href }),
  });
  const { url } = await response.json();
  const query = new URL(url).searchParams;
  return response.ok ? null : { error: query.get("error"), code: query.get("code") };
}
