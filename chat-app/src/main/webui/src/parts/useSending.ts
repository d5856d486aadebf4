import { useState } from 'react';
import { refusal } from './words';

/** Sends something to the server: one at a time, and a failure is said. */
export function useSending() {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  async function send(what: () => Promise<void>): Promise<void> {
    setBusy(true);
    setFailure(undefined);
    try {
      await what();
    } catch (e) {
      setFailure(refusal(e));
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, failure, send };
}
