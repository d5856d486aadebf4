import type { Conversation } from '../api/wire';

export type Row = { heading: string } | { conversation: Conversation };

/** The conversations under the words that people have for their days; they are in order already. */
export function byDay(conversations: Conversation[], now = new Date()): Row[] {
  const rows: Row[] = [];
  let last: string | undefined;
  for (const conversation of conversations) {
    const heading = word(new Date(conversation.updated_at), now);
    if (heading !== last) rows.push({ heading });
    last = heading;
    rows.push({ conversation });
  }
  return rows;
}

function word(day: Date, now: Date): string {
  const midnight = (back: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
  if (day >= midnight(0)) return 'Today';
  if (day >= midnight(1)) return 'Yesterday';
  return day >= midnight(7) ? 'Previous 7 days' : 'Older';
}
