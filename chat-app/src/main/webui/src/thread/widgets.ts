type Tree = Record<string, unknown>;

/** Returns the tree with text added to the component of this id. */
export function withText(root: unknown, id: string, text: string, done: boolean): unknown {
  return mapped(root, id, (node) => ({
    ...node,
    value: (typeof node.value === 'string' ? node.value : '') + text,
    streaming: !done,
  }));
}

/** Returns the tree with another component in the place of the one of this id. */
export function withComponent(root: unknown, id: string, component: unknown): unknown {
  return mapped(root, id, () => component);
}

/** Copies only the way to what changes. */
function mapped(node: unknown, id: string, how: (node: Tree) => unknown): unknown {
  if (Array.isArray(node)) {
    let changed = false;
    const items = node.map((item: unknown) => {
      const next = mapped(item, id, how);
      changed ||= next !== item;
      return next;
    });
    return changed ? items : node;
  }
  if (node === null || typeof node !== 'object') return node;
  const tree = node as Tree;
  if (tree.id === id && typeof tree.type === 'string') return how(tree);
  let copy: Tree | undefined;
  for (const [name, value] of Object.entries(tree)) {
    const next = mapped(value, id, how);
    if (next !== value) (copy ??= { ...tree })[name] = next;
  }
  return copy ?? node;
}
