/** A component of a widget, of which only its type is known to be there: what it has is what a server sent. */
export interface Component {
  type: string;
  props: Readonly<Record<string, unknown>>;
  children: Component[];
}

const DEEPEST = 40;
const MOST = 2_000;

/** Reads a widget; undefined where there is none. What is nested too deep or is too much is left out. */
export function component(root: unknown): Component | undefined {
  let left = MOST;
  const read = (node: unknown, depth: number): Component | undefined => {
    if (!isRecord(node) || typeof node.type !== 'string' || depth > DEEPEST || left-- <= 0) return undefined;
    const children = Array.isArray(node.children) ? node.children : [node.children];
    return {
      type: node.type,
      props: node,
      children: children.map((child) => read(child, depth + 1)).filter((child) => child !== undefined),
    };
  };
  return read(root, 0);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** One of the options of a select or a group of radio buttons. */
export interface Option {
  value: string;
  label: string;
  disabled: boolean;
}

export function options(value: unknown): Option[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap(({ value, label, disabled }) => {
    const given = text(value);
    return given === undefined ? [] : [{ value: given, label: text(label) ?? given, disabled: disabled === true }];
  });
}

/** What a component does when it is used: the server is told. */
export interface Action {
  type: string;
  payload?: unknown;
}

/** The action of a component; undefined for none, and for one that only the app around ChatKit could do. */
export function action(value: unknown): Action | undefined {
  if (!isRecord(value) || typeof value.type !== 'string' || value.type === '' || value.handler === 'client') return undefined;
  return { type: value.type, ...(value.payload == null ? {} : { payload: value.payload }) };
}

/** The names of the fields that have a label of their own. */
export function labelled(root: Component): Set<string> {
  const names = new Set<string>();
  const walk = ({ type, props, children }: Component) => {
    if (type === 'Label' && typeof props.fieldName === 'string') names.add(props.fieldName);
    children.forEach(walk);
  };
  walk(root);
  return names;
}

const CONTROLS = new Set(['Button', 'Input', 'Textarea', 'Select', 'Checkbox', 'RadioGroup', 'DatePicker']);

/** Whether something in it can be used by itself. */
export function hasControls({ type, props, children }: Component): boolean {
  return CONTROLS.has(type) || isRecord(props.editable) || children.some(hasControls);
}

/** Adds what was filled in to an action's payload; dots in a field's name lead into objects. */
export function filled(action: Action, values: ReadonlyMap<string, unknown>): Action {
  if (values.size === 0) return action;
  const payload: Record<string, unknown> = isRecord(action.payload) ? structuredClone(action.payload) : {};
  for (const [name, value] of values) put(payload, name.split('.'), value);
  return { type: action.type, payload };
}

function put(into: Record<string, unknown>, [name, ...inner]: string[], value: unknown): void {
  if (name === undefined || name === '__proto__') return;
  if (inner.length === 0) {
    into[name] = value;
    return;
  }
  const next = Object.hasOwn(into, name) ? into[name] : undefined;
  const nested = isRecord(next) ? next : {};
  into[name] = nested;
  put(nested, inner, value);
}
