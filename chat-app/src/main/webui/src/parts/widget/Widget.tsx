import { Component as ReactComponent, type ReactNode, useId, useMemo } from 'react';
import type { WidgetMessage } from '../../api/wire';
import { useThreadActions } from '../../thread/actions';
import type { Shown } from '../../thread/shown';
import { useSending } from '../useSending';
import { WidgetContext, type WidgetState } from './form';
import { Node } from './Node';
import { component, labelled } from './tree';

/** A widget in ChatKit's words: a tree of components, with which something can be done. */
export function Widget({ message }: { message: Shown & WidgetMessage }) {
  const { act, busy } = useThreadActions();
  const { isBusy, failure, send } = useSending();
  const prefix = useId();
  const { root, copy_text } = message.widget;
  const tree = useMemo(() => component(root), [root]);
  const labels = useMemo(() => (tree ? labelled(tree) : new Set<string>()), [tree]);
  const live = message.live ?? false;
  const state: WidgetState = {
    id: message.id,
    act: (action) => void send(() => act(message, action)),
    disabled: isBusy || busy || live,
    live,
    idOf: (field) => `${prefix}${field}`,
    labelled: labels,
  };
  const words = <p className="wrap-anywhere whitespace-pre-wrap text-muted">{copy_text ?? 'This widget cannot be shown.'}</p>;
  if (!tree) return words;
  return (
    <Guard root={root} instead={words}>
      <WidgetContext value={state}>
        <Node of={tree} />
      </WidgetContext>
      {failure && (
        <p role="alert" className="mt-2 text-sm text-danger-ink">
          {failure}
        </p>
      )}
    </Guard>
  );
}

interface Guarded {
  root: unknown;
  instead: ReactNode;
  children: ReactNode;
}

/** Shows something else where a tree cannot be drawn, until there is another tree; the page goes on. */
class Guard extends ReactComponent<Guarded, { root: unknown; failed: boolean }> {
  override state = { root: this.props.root, failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  static getDerivedStateFromProps({ root }: Guarded, state: { root: unknown }) {
    return root === state.root ? null : { root, failed: false };
  }

  override render() {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
