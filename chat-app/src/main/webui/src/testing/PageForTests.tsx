import type { ReactNode } from 'react';
import { Api } from '../api/api';
import { Conversations } from '../conversations/store';
import { type Page, PageContext } from '../page';
import { Drafts } from '../thread/drafts';
import { TooltipProvider } from '../ui/Tooltip';

/** What alice's page works with; its server is whatever `fetch` is. */
export function pageForTests(config: Partial<Page['config']> = {}): Page {
  const session = { userId: 'alice', token: async () => 'T', renew: async () => 'T' };
  const api = new Api(session);
  const attachments = { max_bytes: 1000, max_per_message: 3, types: ['image/png', 'text/*'] };
  const all: Page['config'] = {
    sign_in: { development: true, host_origins: [] },
    image_origins: [],
    attachments,
    models: [],
    ...config,
  };
  return { config: all, session, api, conversations: new Conversations(api), drafts: new Drafts(api, all.attachments), signOut: undefined };
}

export function PageForTests({ page, children }: { page: Page; children: ReactNode }) {
  return (
    <TooltipProvider>
      <PageContext value={page}>{children}</PageContext>
    </TooltipProvider>
  );
}
