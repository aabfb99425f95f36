import { serverAddress } from "@/lib/server-address";
import { sessionToken } from "@/lib/session-token";

/** Asks the Python API for the person who asks us: with the session token, as a bearer token. */
export async function GET() {
  const token = await sessionToken();
  const answer = await fetch(`${serverAddress}/api/python/me`, {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    cache: "no-store",
  });
  const headers = new Headers({ "Cache-Control": "private, no-store" });
  for (const name of ["Content-Type", "WWW-Authenticate"]) {
    const value = answer.headers.get(name);
    if (value) headers.set(name, value);
  }
  return new Response(answer.body, { status: answer.status, headers });
}
