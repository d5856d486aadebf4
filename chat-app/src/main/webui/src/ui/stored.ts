/**
 * What this browser keeps for the page: nothing, where storage is switched off or full; the page does
 * without, then.
 */
export const stored = {
  get: (key: string) => attempt(() => localStorage.getItem(key)) ?? undefined,
  set: (key: string, value: string) => void attempt(() => localStorage.setItem(key, value)),
  remove: (key: string) => void attempt(() => localStorage.removeItem(key)),
  keys: () => attempt(() => Object.keys(localStorage)) ?? [],
};

/** The same for this tab alone. */
export const storedForTab = {
  get: (key: string) => attempt(() => sessionStorage.getItem(key)) ?? undefined,
  set: (key: string, value: string) => void attempt(() => sessionStorage.setItem(key, value)),
  remove: (key: string) => void attempt(() => sessionStorage.removeItem(key)),
};

function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
