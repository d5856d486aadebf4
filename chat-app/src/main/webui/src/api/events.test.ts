import { describe, expect, it } from 'vitest';
import { events } from './events';

const text =
  ':\n\nid: 1\nevent: turn.started\ndata: {"turn_id":"t","conversation_id":"c"}\n\n' +
  ':\n\nid: 2\nevent: message.delta\ndata: {"message_id":"m","content":"Grüße 🎉 \\n"}\n\n' +
  'event: turn.queued\ndata: {"turn_id":"t","conversation_id":"c","position":1}\n\n';

async function read(...chunks: Uint8Array[]) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(chunk));
      controller.close();
    },
  });
  const heard = [];
  for await (const event of events(body)) heard.push(event);
  return heard;
}

describe('events', () => {
  const bytes = new TextEncoder().encode(text);

  it('are read whatever the pieces they come in', async () => {
    const whole = await read(bytes);
    expect(whole.map(({ id, name }) => [id, name])).toEqual([
      [1, 'turn.started'],
      [2, 'message.delta'],
      [undefined, 'turn.queued'],
    ]);
    expect(whole[1]!.data).toEqual({ message_id: 'm', content: 'Grüße 🎉 \n' });
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(await read(bytes.slice(0, cut), bytes.slice(cut))).toEqual(whole);
    }
  });

  it('are left out when they were cut off', async () => {
    expect(await read(bytes.slice(0, -1))).toHaveLength(2);
  });
});
