import type { Metadata } from "next";
import type { ReactNode } from "react";

import "./globals.css";

export const metadata: Metadata = {
  title: "Next.js signs in, Python reads",
  description: "Auth.js v5 signs people in; a FastAPI server reads the session.",
};

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header>
          <span className="site">
            Next.js <span>×</span> Python
          </span>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
