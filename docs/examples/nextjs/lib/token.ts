const SPARE_MS = 60_000;

let held: { token: Promise<string>; until: number } | undefined;

/** Returns a token that is good for a minute at least: the one at hand, or a new one. */
export function token(): Promise<string> {
  if (!held || held.until < Date.now()) {
    const asked = ask();
    held = { token: asked, until: Infinity };
    asked.then(
      (fresh) => (held = { token: asked, until: expiry(fresh) - SPARE_MS }),
      () => (held = undefined),
    );
  }
  return held.token;
}

async function ask(): Promise<string> {
  const response = await fetch("/api/auth/token");
  if (response.status === 401) location.assign("/sign-in");
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return ((await response.json()) as { token: string }).token;
}

function expiry(token: string): number {
  const claims = token.split(".")[1] ?? "";
  return JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).exp * 1000;
}

/** Fetches as its user, once more with a new token when the server does not take the old one. */
export const authorizedFetch: typeof fetch = async (input, init) => {
  const send = async () => {
    const headers = new Headers(init?.headers);
    headers.set("Authorization", `Bearer ${await token()}`);
    return fetch(input, { ...init, headers });
  };
  const response = await send();
  if (response.status !== 401) return response;
  held = undefined;
  return send();
};
