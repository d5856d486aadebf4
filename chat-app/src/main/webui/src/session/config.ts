import { Unreachable } from '../api/api';
import { pagePath } from '../api/prefix';

/** What the server's operator decided about the page. */
export interface Config {
  sign_in: {
    development: boolean;
    /** Gives the token of who has a session there: `{token}`. */
    token_url?: string;
    sign_in_url?: string;
    /** Who may show the page in a frame, and give it tokens. */
    host_origins: string[];
  };
  image_origins: string[];
  attachments: { max_bytes: number; max_per_message: number; types: string[] };
  /** The first one answers unless asked otherwise. */
  models: string[];
}

export async function loadConfig(): Promise<Config> {
  try {
    const response = await fetch(`${pagePath}/config.json`, { cache: 'no-store' });
    if (response.ok) return (await response.json()) as Config;
  } catch (e) {
    throw new Unreachable(e);
  }
  throw new Unreachable();
}
