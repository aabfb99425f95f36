import { cookies } from "next/headers";

/**
 * The session token as Auth.js wrote it, still encrypted; undefined where nobody is signed in.
 *
 * A token that is too long for one cookie is in several: name.0, name.1, and so on.
 */
export async function sessionToken(): Promise<string | undefined> {
  const jar = await cookies();
  const isSecure = process.env.AUTH_URL?.startsWith("https://");
  const name = `${isSecure ? "__Secure-" : ""}authjs.session-token`;
  const whole = jar.get(name)?.value;
  if (whole) return whole;
  let joined = "";
  for (let number = 0; jar.has(`${name}.${number}`); number++) {
    joined += jar.get(`${name}.${number}`)?.value;
  }
  return joined || undefined;
}
