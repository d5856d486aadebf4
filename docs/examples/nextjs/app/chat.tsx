"use client";

import { ChatKit, useChatKit } from "@openai/chatkit-react";
import Script from "next/script";
import { useEffect, useState } from "react";
import { authorizedFetch } from "../lib/token";
import { currentTurn, follow, stop } from "../lib/turn";

/** Shows the threads of a user, one of them to begin with. */
export function Chat({ user, thread: first }: { user: string; thread: string | null }) {
  const [ready, setReady] = useState(false);
  const [thread, setThread] = useState(first);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  // Whatever listens to the window's errors, as Sentry does, hears of it.
  const report = (error: unknown) => {
    reportError(error);
    setProblem(error instanceof Error ? error.message : String(error));
  };

  const { control, fetchUpdates } = useChatKit({
    api: {
      url: "/chatkit",
      domainKey: process.env.NEXT_PUBLIC_CHATKIT_DOMAIN_KEY ?? "local-dev",
      fetch: authorizedFetch,
      uploadStrategy: { type: "two_phase" },
    },
    initialThread: first,
    composer: { attachments: { enabled: true, maxSize: 20 * 1024 * 1024 } },
    threadItemActions: { feedback: true, retry: true },
    onReady: () => setReady(true),
    onThreadChange: ({ threadId }) => {
      setThread(threadId);
      history.replaceState(null, "", threadId ? `?thread=${threadId}` : "/");
    },
    onResponseStart: () => {
      setBusy(true);
      setProblem(undefined);
    },
    onResponseEnd: () => setBusy(false),
    onError: ({ error }) => report(error),
  });

  // After a reload the answer goes on: ChatKit shows it as far as it was said, this the rest.
  useEffect(() => {
    if (!ready || !first) return;
    const gone = new AbortController();
    const goOn = async () => {
      const turn = await currentTurn(user, first);
      if (!turn) return;
      setBusy(true);
      await follow(turn, () => void fetchUpdates(), gone.signal);
      setBusy(false);
    };
    goOn().catch(report);
    return () => gone.abort();
  }, [ready, first, user]);

  const stopNow = async () => {
    const turn = thread && (await currentTurn(user, thread));
    if (turn) await stop(turn);
  };

  return (
    <main style={{ display: "grid", gridTemplateRows: "1fr auto", height: "100dvh" }}>
      <Script src="https://cdn.platform.openai.com/deployments/chatkit/chatkit.js" />
      <ChatKit control={control} />
      <footer>
        {problem && <p role="alert">{problem}</p>}
        <button disabled={!busy} onClick={() => stopNow().catch(report)}>
          Stop
        </button>
      </footer>
    </main>
  );
}
