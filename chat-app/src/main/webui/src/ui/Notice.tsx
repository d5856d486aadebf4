import type { ReactNode } from 'react';

/** Says why there is nothing else to see, and what can be done. */
export function Notice({ title, text, children }: { title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <main className="grid h-full place-items-center overflow-y-auto p-6">
      <div className="flex w-full max-w-sm flex-col items-center gap-4 text-center">
        <h1 className="text-xl font-semibold text-balance">{title}</h1>
        {text && <p className="text-sm text-pretty text-muted">{text}</p>}
        {children}
      </div>
    </main>
  );
}
