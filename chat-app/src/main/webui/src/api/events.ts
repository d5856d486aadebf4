import type { TurnEvent } from './wire';

/**
 * Reads server-sent events out of a response's body, in the form that this server writes: LF, one
 * `data` line, comments in between. What stands behind the last empty line was cut off and is left out.
 */
export async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<TurnEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      let end: number;
      while ((end = rest.indexOf('\n\n')) >= 0) {
        const event = parse(rest.slice(0, end));
        rest = rest.slice(end + 2);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function parse(frame: string): TurnEvent | undefined {
  let id: number | undefined;
  let name: string | undefined;
  let data: string | undefined;
  for (const line of frame.split('\n')) {
    if (line.startsWith('id: ')) id = Number(line.slice(4));
    else if (line.startsWith('event: ')) name = line.slice(7);
    else if (line.startsWith('data: ')) data = line.slice(6);
  }
  if (name === undefined || data === undefined) return undefined;
  return { ...(id === undefined ? {} : { id }), name, data: JSON.parse(data) } as TurnEvent;
}
