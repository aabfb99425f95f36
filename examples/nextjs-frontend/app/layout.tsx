import type { Metadata } from "next";
import type { ReactNode } from "react";

import { Header } from "@/components/header";

import "./globals.css";
import { Providers } from "./providers";

export const metadata: Metadata = {
  title: "Next.js in front of Python",
  description: "The v5 client of next-auth against a FastAPI server.",
};

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Providers>
          <Header />
          <main>{children}</main>
        </Providers>
      </body>
    </html>
  );
}
