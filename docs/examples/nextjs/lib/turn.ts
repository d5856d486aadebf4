import { authorizedFetch } from "./token";

const AGAIN_AFTER_MS = 2_000;
const OVER = ["turn.completed", "turn.failed", "turn.stopped", "turn.interrupted"];

/** Returns the path of a thread in the REST API, where it is a conversation. */
function conversation(user: string, thread: string): string {
  const id = thread.replace(/^thr_(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return `/api/${encodeURIComponent(user)}/conversations/${id}`;
}

async function running(user: string, thread: string) {
  const response = await authorizedFetch(conversation(user, thread));
  if (!response.ok) throw new Error(`no conversation: ${response.status}`);
  const { turn } = (await response.json()) as { turn?: { id: string; resume_from: number } };
  return turn && { path: `${conversation(user, thread)}/turns/${turn.id}`, after: turn.resume_from };
}

/** Stops what the assistant does in a thread; what was said stays. */
export async function stop(user: string, thread: string): Promise<void> {
  const turn = await running(user, thread);
  if (!turn) return;
  const response = await authorizedFetch(`${turn.path}/stop`, { method: "POST" });
  if (!response.ok) throw new Error(`not stopped: ${response.status}`);
}

/**
 * Follows what the assistant does in a thread, if it does something, to the end and over
 * connections that break; calls `onChange` when there is something new to show.
 */
export async function follow(
  user: string,
  thread: string,
  onChange: () => void,
  signal: AbortSignal,
): Promise<void> {
  const turn = await running(user, thread);
  if (!turn) return;
  let last = String(turn.after);
  while (!signal.aborted) {
    try {
      const headers = { Accept: "text/event-stream", "Last-Event-ID": last };
      const response = await authorizedFetch(`${turn.path}/events`, { headers, signal });
      if (!response.ok) throw new Error(`not followed: ${response.status}`);
      if (!response.body) return;
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
