"use client";

import { useState, type SubmitEvent } from "react";
import { signIn, signUp } from "../../lib/auth-client";

export default function Page() {
  const [problem, setProblem] = useState<string>();

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const email = String(fields.get("email"));
    const password = String(fields.get("password"));
    const isNew = event.nativeEvent.submitter?.id === "sign-up";
    const { error } = isNew
      ? await signUp.email({ email, password, name: email })
      : await signIn.email({ email, password });
    if (error) setProblem(error.message ?? "that did not work");
    else location.assign("/");
  }

  return (
    <form onSubmit={submit}>
      <input name="email" type="email" required autoComplete="email" aria-label="E-mail" />
      <input name="password" type="password" required minLength={8} aria-label="Password" />
      <button>Sign in</button>
      <button id="sign-up">Sign up</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
