"use client";

import { SessionProvider } from "next-auth/react";
import type { ReactNode } from "react";

/** Gives every component below it the session, and keeps it the same in all tabs. */
export function Providers({ children }: { children: ReactNode }) {
  return <SessionProvider>{children}</SessionProvider>;
}
