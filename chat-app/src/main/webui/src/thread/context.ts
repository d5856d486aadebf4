import { createContext, useContext } from 'react';
import type { Sending } from './sending';
import type { Thread } from './thread';

/** A conversation that is looked at, and what sends into it. */
export interface OpenThread {
  thread: Thread;
  sending: Sending;
}

export const OpenThreadContext = createContext<OpenThread | null>(null);

export function useOpenThread(): OpenThread {
  const open = useContext(OpenThreadContext);
  if (!open) throw new Error('not within a thread');
  return open;
}
