"use client";

import { type SignInResponse, useSession } from "next-auth/react";
import { useState } from "react";

import { Account } from "@/components/account";
import { ServerFacts } from "@/components/server-facts";
import { SignInForm } from "@/components/sign-in-form";

export default function Home() {
  const { status } = useSession();
  const [answer, setAnswer] = useState<SignInResponse>();
  return (
    <>
      {status === "unauthenticated" && <SignInForm onAnswer={setAnswer} />}
      {status === "authenticated" && <Account />}
      <ServerFacts signIn={answer} />
    </>
  );
}
