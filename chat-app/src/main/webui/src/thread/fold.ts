import type { Kind, Message, Turn, TurnEvent } from '../api/wire';
import type { Shown } from './shown';
import type { ThreadState } from './state';
import { withComponent, withText } from './widgets';

/**
 * Returns what is known after an event of a turn. Hearing an event twice changes nothing but what
 * `message.started` begins anew, so a stream may be taken up a little before where it broke off.
 * Toasts and the list of conversations are the caller's: `notice` and `effect` change nothing here.
 */
export function fold(state: ThreadState, event: TurnEvent, turn: string): ThreadState {
  switch (event.name) {
    case 'turn.queued':
      return { ...state, queue: state.queue.map((t) => (t.id === turn ? { ...t, position: event.data.position } : t)) };
    case 'turn.started':
      return started(state, turn, event.data);
    case 'turn.awaiting':
      return { ...withTurn(state, turn, { state: 'awaiting', awaiting: event.data.awaiting }), progress: undefined };
    case 'turn.resumed':
      return withTurn(state, turn, { state: 'running' });
    case 'turn.completed':
      return ended(state, turn, { state: 'completed' });
    case 'turn.failed':
      return ended(state, turn, { state: 'failed', error: event.data.error });
    case 'turn.stopped':
      return ended(state, turn, { state: 'stopped', end_reason: event.data.end_reason });
    case 'turn.interrupted':
      return ended(state, turn, { state: 'interrupted' });
    case 'message.started':
      return { ...put(state, turn, begun(state, turn, event.data.message_id, event.data.kind)), progress: undefined };
    case 'tool.started': {
      const { message_id, name, server } = event.data;
      const call = { name, ...(server === undefined ? {} : { server }), arguments: null, state: 'pending' as const };
      const message = { ...begun(state, turn, message_id, 'tool_call'), tool_call: call, arguments_text: '' } as Shown;
      return { ...put(state, turn, message), progress: undefined };
    }
    case 'message.delta':
    case 'reasoning.delta':
      return change(state, event.data.message_id, (m) => ({ ...m, content: m.content + event.data.content }));
    case 'message.source': {
      const { message_id, place, source, index } = event.data;
      return change(state, message_id, (m) => {
        if (m.kind !== 'text' || m.role !== 'assistant') return m;
        const sources = [...(m.sources ?? [])];
        sources[place] = index === undefined ? { source } : { source, index };
        return { ...m, sources };
      });
    }
    case 'tool.arguments.delta':
      return change(state, event.data.message_id, (m) => ({
        ...m,
        arguments_text: (m.arguments_text ?? '') + event.data.content,
      }));
    case 'tool.awaiting':
      return change(state, event.data.message_id, (m) => {
        if (m.kind !== 'tool_call') return m;
        return { ...m, tool_call: { ...m.tool_call, arguments: event.data.arguments, state: 'awaiting' } };
      });
    case 'tool.finished':
      return change(state, event.data.message_id, (m) => {
        if (m.kind !== 'tool_call') return m;
        const { message_id: _, name: __, ...finished } = event.data;
        return { ...m, tool_call: { ...m.tool_call, ...finished } };
      });
    case 'widget.delta': {
      const { message_id, component_id, content, done } = event.data;
      return changeWidget(state, message_id, (root) => withText(root, component_id, content, done));
    }
    case 'widget.component.updated': {
      const { message_id, component_id, component } = event.data;
      return changeWidget(state, message_id, (root) => withComponent(root, component_id, component));
    }
    case 'message.updated': {
      // What was begun in this turn goes on; what stood there before is only another now.
      const old = find(state, event.data.id);
      return put(state, turn, old?.live || (!old && event.data.turn_id === turn) ? { ...event.data, live: true } : event.data);
    }
    case 'message.done':
      return put(state, turn, event.data);
    case 'message.removed':
      return { ...state, messages: state.messages.filter((m) => m.id !== event.data.message_id) };
    case 'progress':
      return { ...state, progress: event.data };
    case 'conversation.updated':
      return { ...state, conversation: event.data };
    case 'notice':
    case 'effect':
      return state;
    default:
      // Of a newer server.
      return state;
  }
}

/** A turn begins: what it goes beside leaves the history. */
function started(
  state: ThreadState,
  turn: string,
  { conversation_id, user_message_id, parent_id }: { conversation_id: string; user_message_id?: string; parent_id?: string },
): ThreadState {
  const known = state.turn?.id === turn ? state.turn : undefined;
  const now: Turn = {
    id: turn,
    conversation_id,
    created_at: known?.created_at ?? new Date().toISOString(),
    ...(user_message_id === undefined ? {} : { user_message_id }),
    state: 'running',
  };
  const at = state.messages.findIndex((m) => m.id === user_message_id);
  const fork = at >= 0 ? at : state.messages.findIndex((m) => m.id === parent_id);
  const messages =
    fork < 0 ? state.messages : state.messages.filter((m, place) => place <= fork || m.turn_id === turn || m.outgoing);
  return {
    ...state,
    turn: now,
    messages,
    queue: state.queue.filter((t) => t.id !== turn),
    progress: undefined,
    stopping: false,
  };
}

/** A turn is over: what had no `message.done` by now was never stored. */
function ended(state: ThreadState, turn: string, end: Partial<Turn>): ThreadState {
  const over = withTurn(state, turn, { ...end, finished_at: new Date().toISOString() });
  return {
    ...over,
    messages: over.messages.filter((m) => !(m.live && m.turn_id === turn)),
    queue: over.queue.filter((t) => t.id !== turn),
    progress: undefined,
    stopping: false,
  };
}

function withTurn(state: ThreadState, id: string, change: Partial<Turn>): ThreadState {
  if (state.turn?.id !== id) return state;
  const { awaiting: _, ...turn } = state.turn;
  return { ...state, turn: { ...turn, ...change } };
}

function begun(state: ThreadState, turn: string, id: string, kind: Kind): Shown {
  return {
    id,
    turn_id: turn,
    ...(state.turn?.user_message_id === undefined ? {} : { parent_id: state.turn.user_message_id }),
    sibling_index: 0,
    sibling_count: 1,
    role: 'assistant',
    kind,
    status: 'partial',
    revision: 0,
    content: '',
    created_at: find(state, id)?.created_at ?? new Date().toISOString(),
    live: true,
  } as Shown;
}

/** Puts a message where it stands, or at the end; there only if the end is being looked at. */
function put(state: ThreadState, turn: string, message: Message | Shown): ThreadState {
  const at = place(state, message.id);
  if (at >= 0) return { ...state, messages: state.messages.with(at, message) };
  if (state.moreAfter || message.turn_id !== turn) return state;
  return { ...state, messages: [...state.messages, message] };
}

function change(state: ThreadState, id: string, how: (message: Shown) => Shown): ThreadState {
  const at = place(state, id);
  return at < 0 ? state : { ...state, messages: state.messages.with(at, how(state.messages[at]!)) };
}

function changeWidget(state: ThreadState, id: string, how: (root: unknown) => unknown): ThreadState {
  return change(state, id, (m) => (m.kind === 'widget' ? { ...m, widget: { ...m.widget, root: how(m.widget.root) } } : m));
}

function find(state: ThreadState, id: string): Shown | undefined {
  return state.messages[place(state, id)];
}

/** What changes stands at the end, nearly always. */
function place(state: ThreadState, id: string): number {
  return state.messages.findLastIndex((m) => m.id === id);
}
