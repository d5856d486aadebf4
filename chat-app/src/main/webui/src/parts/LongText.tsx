import { useState } from 'react';
import { Button } from '../ui/Button';

const FIRST = 20_000;

/** A text as it is, of which at first only the beginning is shown where it is very long. */
export function LongText({ children: text }: { children: string }) {
  const [whole, setWhole] = useState(false);
  if (whole || text.length <= FIRST) return text;
  return (
    <>
      {text.slice(0, FIRST)}…{' '}
      <Button size="small" onClick={() => setWhole(true)}>
        Show all {text.length.toLocaleString('en')} characters
      </Button>
    </>
  );
}
