import { useEffect, useState } from 'react';
import { copy } from '../lib/copy';
import { Button } from './Button';

/** Copies a text, and says so for a moment. */
export function CopyButton({ text }: { text: string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Button variant="ghost" size="small" aria-live="polite" onClick={async () => setSaid((await copy(text)) ? 'Copied' : 'Not copied')}>
      {said ?? 'Copy'}
    </Button>
  );
}
