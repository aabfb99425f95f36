import { auth } from "@/auth";
import { Account } from "@/components/account";
import { SignInForm } from "@/components/sign-in-form";

type Props = { searchParams: Promise<{ error?: string }> };

export default async function Home({ searchParams }: Props) {
  const session = await auth();
  if (session) return <Account session={session} />;
  const { error } = await searchParams;
  return <SignInForm hasFailed={error !== undefined} />;
}
