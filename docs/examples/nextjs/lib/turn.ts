import { authorizedFetch } from "./token";

const AGAIN_AFTER_MS = 2_000;
const OVER = ["turn.completed", "turn.failed", "turn.stopped", "turn.interrupted"];

/** Is what the assistant does about a message, and the event behind which to follow it. */
export type Turn = { path: string; after: number };

/**
 * Returns the turn of a thread that goes on, if there is one. To REST a thread is a conversation,
 * and its id has hyphens.
 */
export async function currentTurn(user: string, thread: string): Promise<Turn | undefined> {
  const id = thread.replace(/^thr_(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const path = `/api/${encodeURIComponent(user)}/conversations/${id}`;
  const response = await authorizedFetch(path);
  if (!response.ok) throw new Error(`no conversation: ${response.status}`);
  const { turn } = (await response.json()) as { turn?: { id: string; resume_from: number } };
  return turn && { path: `${path}/turns/${turn.id}`, after: turn.resume_from };
}

/** Stops a turn; what was said stays. */
export async function stop(turn: Turn): Promise<void> {
  const response = await authorizedFetch(`${turn.path}/stop`, { method: "POST" });
  if (!response.ok) throw new Error(`not stopped: ${response.status}`);
}

/**
 * Follows a turn to its end, over connections that break; calls `onChange` when there is something
 * new to show.
 */
export async function follow(turn: Turn, onChange: () => void, signal: AbortSignal): Promise<void> {
  let last = String(turn.after);
  while (!signal.aborted) {
    try {
      const headers = { Accept: "text/event-stream", "Last-Event-ID": last };
      const response = await authorizedFetch(`${turn.path}/events`, { headers, signal });
      if (!response.ok) throw new Error(`not followed: ${response.status}`);
      if (response.status === 204 || !response.body) return onChange();
      for await (const event of events(response.body)) {
        last = event.id ?? last;
        const over = OVER.includes(event.name);
        if (over || event.name === "message.done") onChange();
        if (over) return;
      }
    } catch (failure) {
      if (signal.aborted) return;
      if (!(failure instanceof TypeError)) throw failure;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}

/** Reads server-sent events as they come; comments are none. */
async function* events(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let text = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const frames = (text + read.value).split("\n\n");
    text = frames.pop() ?? "";
    for (const frame of frames) {
      const name = /^event: (.*)$/m.exec(frame)?.[1];
      if (name) yield { name, id: /^id: (.*)$/m.exec(frame)?.[1] };
    }
  }
}
