import { type ReactNode, useState } from 'react';
import { cn } from '../ui/cn';

/** What the reader has opened or closed; rows of a long thread come and go, and keep it. */
const chosen = new Map<string, boolean>();

/** Something that can be opened; what is in it is made only then. */
export function Fold({
  id,
  summary,
  children,
  initially = false,
  className,
}: {
  id: string;
  summary: ReactNode;
  children: () => ReactNode;
  initially?: boolean;
  className?: string;
}) {
  const [choice, choose] = useState(() => chosen.get(id));
  const isOpen = choice ?? initially;
  return (
    <details
      id={id}
      className={cn('min-w-0', className)}
      open={isOpen}
      onToggle={(event) => {
        const { open } = event.currentTarget;
        if (open === isOpen) return;
        chosen.set(id, open);
        choose(open);
      }}
    >
      <summary className="fold">{summary}</summary>
      {isOpen && children()}
    </details>
  );
}
