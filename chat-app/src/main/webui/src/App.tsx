import { useEffect, useState } from 'react';
import { Api } from './api/api';
import { Conversations } from './conversations/store';
import { Frame } from './frame/Frame';
import { PageContext, type Page } from './page';
import { type SignedIn, SessionGate } from './session/SessionGate';
import { SignInAgain } from './session/SignInAgain';
import { Drafts } from './thread/drafts';
import { Outbox } from './thread/outbox';
import { ErrorBoundary } from './ui/ErrorBoundary';
import { Toaster } from './ui/Toaster';
import { TooltipProvider } from './ui/Tooltip';

export function App() {
  return (
    <ErrorBoundary>
      <TooltipProvider>
        <SessionGate>{(signedIn) => <UserPage key={signedIn.session.userId} {...signedIn} />}</SessionGate>
        <Toaster />
      </TooltipProvider>
    </ErrorBoundary>
  );
}

function UserPage(signedIn: SignedIn) {
  const { config, session, signOut } = signedIn;
  const [{ api, conversations, drafts }] = useState(() => {
    const api = new Api(session);
    return { api, conversations: new Conversations(api), drafts: new Drafts(api, config.attachments) };
  });
  useEffect(() => conversations.open(), [conversations]);
  useEffect(() => drafts.open(), [drafts]);
  const leave = signOut && (() => (drafts.forget(), new Outbox(session.userId).forget(), signOut()));
  const page: Page = { config, session, api, conversations, drafts, signOut: leave };
  return (
    <PageContext value={page}>
      <Frame />
      <SignInAgain {...signedIn} />
    </PageContext>
  );
}
