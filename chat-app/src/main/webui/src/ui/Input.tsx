import type { ComponentProps } from 'react';
import { cn } from './cn';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return (
    <input
      className={cn(
        'h-9 w-full min-w-0 rounded-lg border border-line bg-page px-3 text-base text-ink outline-none placeholder:text-muted focus-visible:border-accent-ink focus-visible:ring-1 focus-visible:ring-accent-ink disabled:opacity-50 md:text-sm',
        className,
      )}
      {...props}
    />
  );
}
