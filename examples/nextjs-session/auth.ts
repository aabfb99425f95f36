import NextAuth from "next-auth";
import Credentials from "next-auth/providers/credentials";

import { type Person, whoIs } from "./lib/people";

declare module "next-auth" {
  interface User {
    groups?: string[];
  }
  interface Session {
    groups: number;
  }
}

// Auth.js reads AUTH_SECRET and AUTH_URL by itself.
export const { handlers, auth, signIn, signOut } = NextAuth({
  session: { strategy: "jwt" },
  providers: [
    Credentials({
      credentials: { email: { type: "email" }, password: { type: "password" } },
      authorize: async ({ email, password }): Promise<Person | null> =>
        whoIs(String(email), String(password)),
    }),
  ],
  callbacks: {
    // What stands in the token is what Python reads.
    jwt({ token, user }) {
      if (user?.groups) token.groups = user.groups;
      return token;
    },
    // What stands in the session is what this site's pages and the browser see.
    session({ session, token }) {
      if (token.sub) session.user.id = token.sub;
      session.groups = Array.isArray(token.groups) ? token.groups.length : 0;
      return session;
    },
  },
});
