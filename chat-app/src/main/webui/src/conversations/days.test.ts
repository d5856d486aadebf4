import { expect, it } from 'vitest';
import { byDay } from './days';

it('conversations stand under the words for their days', () => {
  const now = new Date(2026, 10, 22, 0, 30);
  const updated = (...when: [number, number, number]) => ({ updated_at: new Date(2026, 10, ...when).toISOString() });
  const days = [updated(22, 0, 1), updated(21, 23, 59), updated(20, 12, 0), updated(15, 0, 0), updated(14, 23, 59)];
  const conversations = days.map((day, n) => ({ id: String(n), status: 'active' as const, created_at: '', ...day }));
  const rows = byDay(conversations, now).map((row) => ('heading' in row ? row.heading : row.conversation.id));
  expect(rows).toEqual(['Today', '0', 'Yesterday', '1', 'Previous 7 days', '2', '3', 'Older', '4']);
});
