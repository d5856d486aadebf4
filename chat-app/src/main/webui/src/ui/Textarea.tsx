import type { ComponentProps } from 'react';
import { cn } from './cn';

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return (
    <textarea
      dir="auto"
      className={cn(
        'w-full min-w-0 rounded-lg border border-line bg-page px-3 py-2 text-base text-ink outline-none placeholder:text-muted focus-visible:border-accent-ink focus-visible:ring-1 focus-visible:ring-accent-ink disabled:opacity-50 aria-invalid:border-danger md:text-sm',
        className,
      )}
      {...props}
    />
  );
}
