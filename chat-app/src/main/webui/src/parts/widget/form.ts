import { createContext, useContext, useEffect, useState } from 'react';
import type { Action } from './tree';

/** What the components of one widget share. */
export interface WidgetState {
  /** The message's. */
  id: string;
  /** Tells the server; what is filled in stands in the action already. */
  act(action: Action): void;
  /** Nothing can be done: something is under way, or the widget is not whole yet. */
  disabled: boolean;
  live: boolean;
  /** The id of a field's element. */
  idOf(field: string): string;
  labelled: ReadonlySet<string>;
}

export const WidgetContext = createContext<WidgetState | null>(null);

export function useWidget(): WidgetState {
  const widget = useContext(WidgetContext);
  if (!widget) throw new Error('not within a widget');
  return widget;
}

/** What is filled into the form at hand, by the fields' names; null outside of one. */
export const FormContext = createContext<Map<string, unknown> | null>(null);

/** A field's value, which its form knows too. */
export function useField<T>(name: string, initial: T): [T, (value: T) => void] {
  const form = useContext(FormContext);
  const [value, setValue] = useState(initial);
  useEffect(() => {
    if (!form || name === '') return undefined;
    form.set(name, value);
    return () => void form.delete(name);
  }, [form, name, value]);
  return [value, setValue];
}
