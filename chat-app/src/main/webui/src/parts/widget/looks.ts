import { cn } from '../../ui/cn';
import { isRecord } from './tree';

/*
 * How components say they want to look, as far as the page goes along: its own colours and sizes, so
 * that a widget can be read in both themes and cannot leave its place.
 */

type Props = Readonly<Record<string, unknown>>;

function pick(classes: Record<string, string>, value: unknown): string | undefined {
  return typeof value === 'string' && Object.hasOwn(classes, value) ? classes[value] : undefined;
}

const GAPS = ['gap-0', 'gap-1', 'gap-2', 'gap-3', 'gap-4', 'gap-5', 'gap-6', 'gap-7', 'gap-8'];
const PADDINGS = ['p-0', 'p-1', 'p-2', 'p-3', 'p-4', 'p-5', 'p-6', 'p-7', 'p-8'];

function step(classes: string[], value: unknown): string | undefined {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && number >= 0 ? classes[Math.min(Math.round(number), classes.length - 1)] : undefined;
}

const ALIGN = { start: 'items-start', center: 'items-center', end: 'items-end', baseline: 'items-baseline', stretch: 'items-stretch' };
const JUSTIFY = {
  start: 'justify-start',
  center: 'justify-center',
  end: 'justify-end',
  between: 'justify-between',
  around: 'justify-around',
  evenly: 'justify-evenly',
  stretch: 'justify-stretch',
};

/** A component that lays out what is in it. */
export function layout({ direction, gap, padding, align, justify, wrap, flex, border, background, radius }: Props, row = false): string {
  const isRow = direction === undefined ? row : direction === 'row';
  return cn(
    'flex min-w-0',
    isRow ? 'flex-row' : 'flex-col',
    step(GAPS, gap),
    step(PADDINGS, isRecord(padding) ? (padding.y ?? padding.x ?? padding.top) : padding),
    pick(ALIGN, align) ?? (isRow ? 'items-center' : undefined),
    pick(JUSTIFY, justify),
    (wrap === true || (typeof wrap === 'string' && wrap !== 'nowrap')) && 'flex-wrap',
    flex !== undefined && flex !== 0 && flex !== 'none' && 'flex-1',
    border !== undefined && border !== 0 && 'border border-line',
    background !== undefined && 'bg-raised',
    radius !== undefined && radius !== 'none' && 'rounded-lg',
  );
}

const COLOURS = {
  secondary: 'text-muted',
  tertiary: 'text-muted',
  success: 'text-accent-ink',
  danger: 'text-danger-ink',
  warning: 'text-warning-ink',
  caution: 'text-warning-ink',
  info: 'text-link',
  discovery: 'text-link',
};
const WEIGHTS = { normal: 'font-normal', medium: 'font-medium', semibold: 'font-semibold', bold: 'font-bold' };
const SIZES = {
  xs: 'text-xs', sm: 'text-sm', md: 'text-base', lg: 'text-lg', xl: 'text-xl',
  '2xl': 'text-2xl', '3xl': 'text-3xl', '4xl': 'text-4xl', '5xl': 'text-5xl',
};
const ALIGNED = { start: 'text-start', center: 'text-center', end: 'text-end', left: 'text-start', right: 'text-end' };
const LINES = ['', 'line-clamp-1', 'line-clamp-2', 'line-clamp-3', 'line-clamp-4', 'line-clamp-5', 'line-clamp-6'];

/** Words. */
export function wording({ color, weight, size, textAlign, truncate, maxLines, italic, lineThrough }: Props, standard: string): string {
  return cn(
    'min-w-0 wrap-anywhere whitespace-pre-wrap',
    standard,
    pick(COLOURS, color),
    pick(WEIGHTS, weight),
    pick(SIZES, size),
    pick(ALIGNED, textAlign),
    truncate === true && 'line-clamp-1',
    step(LINES, maxLines),
    italic === true && 'italic',
    lineThrough === true && 'line-through',
  );
}

export function colour(value: unknown): string | undefined {
  return pick(COLOURS, value);
}

const ICON_SIZES = { xs: 'size-3', sm: 'size-3.5', md: 'size-4', lg: 'size-5', xl: 'size-6', '2xl': 'size-8', '3xl': 'size-10' };

export function iconSize(value: unknown): string | undefined {
  return pick(ICON_SIZES, value);
}

const CARDS = { sm: 'max-w-sm', md: 'max-w-md', lg: 'max-w-xl', full: 'max-w-full' };

export function cardSize(value: unknown): string {
  return pick(CARDS, value) ?? 'max-w-md';
}
