export interface Claims {
  /** The user. */
  userId: string;
  /** When it runs out, in milliseconds of the epoch. */
  expires: number;
}

/** Reads a token, without judging it: that is the server's part. */
export function claims(token: string, now = Date.now()): Claims {
  const { sub, exp } = payload(token);
  if (typeof sub !== 'string' || sub === '') throw new Error('the token names no user');
  // One that seems to have run out as it comes: this machine's clock is wrong. The server will say.
  const expires = typeof exp === 'number' && exp * 1000 > now ? exp * 1000 : Infinity;
  return { userId: sub, expires };
}

function payload(token: string): { sub?: unknown; exp?: unknown } {
  try {
    const [, part = ''] = token.split('.');
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as object;
  } catch {
    throw new Error('this is no token');
  }
}
