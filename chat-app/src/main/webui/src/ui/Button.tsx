import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn';

const button = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg text-sm font-medium whitespace-nowrap transition-colors disabled:pointer-events-none disabled:border-transparent disabled:bg-raised disabled:text-muted [&_svg]:pointer-events-none [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent hover:bg-accent/85',
        outline: 'border border-line bg-surface text-ink hover:bg-raised',
        ghost: 'text-muted hover:bg-raised hover:text-ink',
        danger: 'bg-danger text-on-danger hover:bg-danger/85',
      },
      size: {
        default: 'h-9 px-4',
        small: 'h-8 px-3 text-xs',
        icon: 'size-9 [&_svg]:size-4.5',
        'icon-small': 'size-7 rounded-md [&_svg]:size-4',
      },
    },
    defaultVariants: { variant: 'outline', size: 'default' },
  },
);

export type ButtonProps = ComponentProps<'button'> & VariantProps<typeof button> & { asChild?: boolean };

export function Button({ className, variant, size, asChild, type = 'button', ...props }: ButtonProps) {
  const Element = asChild ? Slot.Root : 'button';
  return <Element {...(asChild ? {} : { type })} className={cn(button({ variant, size }), className)} {...props} />;
}
