import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { type Api, Refused } from '../api/api';
import type { Conversation } from '../api/wire';
import { usePage } from '../page';
import { isolated, refusal } from '../parts/words';
import { toast } from '../ui/toasts';

export interface ConversationList {
  /** Newest activity first, as far as they were asked for. */
  items: Conversation[];
  /** There are older ones than these. */
  more: boolean;
  loading: boolean;
  /** The last asking failed; what is shown may be old. */
  failed: boolean;
  /** Those that are about to be deleted, and are not shown any more. */
  deleting: ReadonlySet<string>;
}

type News = { touched: Conversation } | { removed: string };

const pageSize = 40;

/** The user's conversations: what the server said, and what the user did to it since. */
export class Conversations {
  readonly list = createStore<ConversationList>(() => ({
    items: [],
    more: true,
    loading: true,
    failed: false,
    deleting: new Set(),
  }));
  readonly #api: Api;
  readonly #deletions = new Map<string, (keepalive?: boolean) => Promise<void>>();
  readonly #undoings = new Map<string, () => void>();
  /** The user's other tabs. */
  #tabs: BroadcastChannel | undefined;
  #after: string | undefined;
  #asked: Promise<void> | undefined;
  #again = false;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Loads the list and keeps it fresh, until what it returns is called. */
  open(): () => void {
    const tabs = new BroadcastChannel(`chat.conversations.${this.#api.session.userId}`);
    tabs.onmessage = ({ data }: MessageEvent<News>) => ('touched' in data ? this.#put(data.touched) : this.#drop(data.removed));
    this.#tabs = tabs;
    const shown = () => document.visibilityState === 'visible' && void this.refresh();
    const left = () => this.#deletions.forEach((commit) => void commit(true));
    document.addEventListener('visibilitychange', shown);
    window.addEventListener('focus', shown);
    window.addEventListener('online', shown);
    window.addEventListener('pagehide', left);
    void this.refresh();
    return () => {
      left();
      tabs.close();
      this.#tabs = undefined;
      document.removeEventListener('visibilitychange', shown);
      window.removeEventListener('focus', shown);
      window.removeEventListener('online', shown);
      window.removeEventListener('pagehide', left);
    };
  }

  /** Asks for the newest ones, and keeps the older ones that were asked for before. */
  refresh(): Promise<void> {
    this.#outdate();
    return this.#ask(async () => {
      const { data, has_more, after } = await this.#api.conversations({ limit: pageSize });
      const last = data.at(-1);
      const older = has_more && last ? this.list.getState().items.filter((one) => newestFirst(last, one) < 0) : [];
      if (older.length === 0) this.#after = after;
      const more = has_more && this.#after !== undefined;
      this.list.setState({ items: merge(data, older), more });
    });
  }

  /** Asks for older ones. */
  loadMore(): Promise<void> {
    if (!this.list.getState().more || this.#asked) return this.#asked ?? Promise.resolve();
    return this.#ask(async () => {
      const query = this.#after === undefined ? { limit: pageSize } : { limit: pageSize, after: this.#after };
      const { data, has_more, after } = await this.#api.conversations(query);
      this.#after = after;
      this.list.setState(({ items }) => ({ items: merge(data, items), more: has_more }));
    });
  }

  /** Takes what became known of a conversation elsewhere, a new one too. */
  touch(conversation: Conversation): void {
    this.#put(conversation);
    this.#tell({ touched: conversation });
  }

  /** Shows the change at once, and takes it back where the server refuses. */
  async change(id: string, change: { title?: string; status?: 'active' | 'closed' }): Promise<void> {
    const before = this.find(id);
    if (before) this.#put({ ...before, ...change });
    try {
      this.touch(await this.#api.change(id, change));
    } catch (e) {
      if (before) this.#put(before);
      toast({ kind: 'danger', text: `The change was not saved. ${refusal(e)}` });
    }
  }

  /**
   * Deletes a conversation once its time for regrets is over: it vanishes at once, and comes back when
   * it is undone, or when the server does not do it.
   */
  remove(id: string, undone: () => void = () => undefined): void {
    if (this.#deletions.has(id)) return;
    const title = this.find(id)?.title ?? 'Conversation';
    const restore = () => {
      this.#deletions.delete(id);
      this.#undoings.delete(id);
      this.#deleting(id, false);
    };
    const commit = async (keepalive = false) => {
      if (!this.#deletions.delete(id)) return;
      this.#undoings.delete(id);
      dismiss();
      // A page that is being left does not hear whether it worked.
      if (keepalive) this.#tell({ removed: id });
      try {
        await this.#api.delete(id, keepalive);
      } catch (e) {
        if (!(e instanceof Refused && e.problem.status === 404)) {
          restore();
          toast({ kind: 'danger', text: `“${isolated(title)}” was not deleted. ${refusal(e)}` });
          return;
        }
      }
      this.#drop(id);
      if (!keepalive) this.#tell({ removed: id });
    };
    this.#deletions.set(id, commit);
    this.#deleting(id, true);
    const undo = () => {
      restore();
      undone();
    };
    const dismiss = toast({ text: `“${isolated(title)}” deleted`, action: { label: 'Undo', run: undo }, onClose: () => void commit() });
    this.#undoings.set(id, () => {
      restore();
      dismiss();
    });
  }

  /** Somebody uses it after all: it is not deleted. */
  keep(id: string): void {
    this.#undoings.get(id)?.();
  }

  find(id: string): Conversation | undefined {
    return this.list.getState().items.find((one) => one.id === id);
  }

  /** One asking at a time, so that an older answer never overwrites a newer one. */
  #ask(ask: () => Promise<void>): Promise<void> {
    this.#asked ??= this.#try(ask).finally(() => {
      this.#asked = undefined;
      if (!this.#again) return;
      this.#again = false;
      void this.refresh();
    });
    return this.#asked;
  }

  async #try(ask: () => Promise<void>): Promise<void> {
    this.list.setState({ loading: true });
    try {
      await ask();
      this.list.setState({ loading: false, failed: false });
    } catch {
      this.list.setState({ loading: false, failed: true });
    }
  }

  #tell(news: News): void {
    this.#tabs?.postMessage(news);
  }

  /** What is being asked for may be older than what is known by now: it is asked for once more. */
  #outdate(): void {
    if (this.#asked) this.#again = true;
  }

  #put(conversation: Conversation): void {
    this.#outdate();
    this.list.setState(({ items }) => ({ items: merge([conversation], items) }));
  }

  #drop(id: string): void {
    this.#outdate();
    this.list.setState(({ items }) => ({ items: items.filter((one) => one.id !== id) }));
    this.#deleting(id, false);
  }

  #deleting(id: string, yes: boolean): void {
    const deleting = new Set(this.list.getState().deleting);
    if (yes) deleting.add(id);
    else deleting.delete(id);
    this.list.setState({ deleting });
  }
}

export function newestFirst(a: Conversation, b: Conversation): number {
  return Date.parse(b.updated_at) - Date.parse(a.updated_at) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

/** Both in order; of one conversation, what `news` says. */
function merge(news: Conversation[], old: Conversation[]): Conversation[] {
  const known = new Set(news.map((one) => one.id));
  return [...news, ...old.filter((one) => !known.has(one.id))].sort(newestFirst);
}

export function useConversations(): Conversations {
  return usePage().conversations;
}

/** What is known of one conversation: nothing, if it is older than what was asked for. */
export function useConversation(id: string | undefined): Conversation | undefined {
  return useStore(useConversations().list, ({ items }) => items.find((one) => one.id === id));
}
