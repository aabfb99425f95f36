"use client";

import { useState } from "react";

import { Answer } from "./answer";

/** Asks the Python API twice: with this browser's cookie, and through the Next.js server. */
export function AskPython() {
  const [answers, setAnswers] = useState<Record<string, unknown>>({});

  async function ask(path: string) {
    const response = await fetch(path);
    const answer: unknown = await response.json();
    setAnswers((earlier) => ({ ...earlier, [path]: answer }));
  }

  return (
    <section className="card" aria-labelledby="python">
      <h2 id="python">What Python says</h2>
      <button onClick={() => ask("/api/python/me")}>Ask with the cookie</button>
      <Answer of="GET /api/python/me" value={answers["/api/python/me"]} />
      <button onClick={() => ask("/api/me")}>Ask through the Next.js server</button>
      <Answer of="GET /api/me" value={answers["/api/me"]} />
    </section>
  );
}
