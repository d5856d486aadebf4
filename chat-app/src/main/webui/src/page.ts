import { createContext, useContext } from 'react';
import type { Api } from './api/api';
import type { Conversations } from './conversations/store';
import type { Config } from './session/config';
import type { Session } from './session/session';
import type { Drafts } from './thread/drafts';

/** What a signed-in user's page works with. */
export interface Page {
  config: Config;
  session: Session;
  api: Api;
  conversations: Conversations;
  drafts: Drafts;
  /** Forgets the user; undefined where signing out is another page's business. */
  signOut: (() => void) | undefined;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('not within a signed-in page');
  return page;
}
