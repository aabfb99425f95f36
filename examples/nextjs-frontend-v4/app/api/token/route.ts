import { getToken } from "next-auth/jwt";
import { type NextRequest, NextResponse } from "next/server";

declare module "next-auth/jwt" {
  interface JWT {
    /** What the Python server keeps of `User.extra`. */
    user?: { groups?: string[] };
  }
}

/** Runs on Next.js's own server, which reads the session that Python wrote: the secret is the same. */
export async function GET(request: NextRequest) {
  const token = await getToken({ req: request });
  if (!token) return NextResponse.json({ error: "Not signed in" }, { status: 401 });
  return NextResponse.json({
    id: token.sub,
    name: token.name,
    email: token.email,
    groups: token.user?.groups?.length ?? 0,
  });
}
