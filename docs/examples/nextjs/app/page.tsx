import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { auth } from "../lib/auth";
import { Chat } from "./chat";

export default async function Page({ searchParams }: PageProps<"/">) {
  const session = await auth.api.getSession({ headers: await headers() });
  if (!session) redirect("/sign-in");
  const { thread } = await searchParams;
  return <Chat user={session.user.id} thread={typeof thread === "string" ? thread : null} />;
}
