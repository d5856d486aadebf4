import { stored, storedForTab } from '../ui/stored';

const key = 'chat.user';

/**
 * The name that was given to the development login: a tab keeps its own, a new one takes the last.
 * No token is ever stored.
 */
export const remembered = {
  get: () => storedForTab.get(key) ?? stored.get(key),
  set(userId: string) {
    storedForTab.set(key, userId);
    stored.set(key, userId);
  },
  forget() {
    storedForTab.remove(key);
    stored.remove(key);
  },
};
