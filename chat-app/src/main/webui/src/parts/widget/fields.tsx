import { Input } from '../../ui/Input';
import { Textarea } from '../../ui/Textarea';
import { useField, useWidget } from './form';
import { action, type Component, filled, options, text } from './tree';

type Props = Component['props'];

const FIELD =
  'h-9 w-full min-w-0 rounded-lg border border-line bg-page px-2 text-base text-ink outline-none focus-visible:border-accent-ink focus-visible:ring-1 focus-visible:ring-accent-ink disabled:opacity-50 md:text-sm';

/** What all fields have: a name for people, an element's id for their label, and whether they can be used. */
function useAttributes(props: Props) {
  const { disabled, idOf, labelled } = useWidget();
  const name = text(props.name) ?? '';
  return {
    id: idOf(name),
    'aria-label': labelled.has(name) ? undefined : (text(props.ariaLabel) ?? text(props.placeholder) ?? name),
    disabled: disabled || props.disabled === true,
    required: props.required === true,
  };
}

/** A field's value, and what its change does. */
function useValue<T>(props: Props, initial: T): [T, (value: T) => void] {
  const { act } = useWidget();
  const name = text(props.name) ?? '';
  const [value, setValue] = useField(name, initial);
  const does = action(props.onChangeAction);
  return [
    value,
    (changed) => {
      setValue(changed);
      if (does) act(filled(does, new Map([[name, changed]])));
    },
  ];
}

const TYPES = new Set(['number', 'email', 'text', 'password', 'tel', 'url']);

export function TextField({ props, multiline }: { props: Props; multiline: boolean }) {
  const [value, setValue] = useField(text(props.name) ?? '', text(props.defaultValue) ?? '');
  const attributes = { ...useAttributes(props), value, placeholder: text(props.placeholder) };
  if (multiline) {
    const rows = typeof props.rows === 'number' && props.rows > 0 ? Math.min(props.rows, 20) : 3;
    return <Textarea {...attributes} rows={rows} onChange={(event) => setValue(event.target.value)} />;
  }
  const type = text(props.inputType) ?? 'text';
  return (
    <Input
      {...attributes}
      type={TYPES.has(type) ? type : 'text'}
      pattern={text(props.pattern)}
      dir="auto"
      autoComplete="off"
      onChange={(event) => setValue(event.target.value)}
    />
  );
}

/** A text that can be changed where it stands. */
export function EditableText({ props, editable }: { props: Props; editable: Props }) {
  return <TextField props={{ ...editable, defaultValue: props.value }} multiline={typeof props.minLines === 'number' && props.minLines > 1} />;
}

export function SelectField({ props }: { props: Props }) {
  const [value, setValue] = useValue(props, text(props.defaultValue) ?? '');
  const offered = options(props.options);
  return (
    <select {...useAttributes(props)} className={FIELD} value={value} onChange={(event) => setValue(event.target.value)}>
      {(value === '' || props.clearable === true) && <option value="">{text(props.placeholder) ?? 'Choose…'}</option>}
      {offered.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

/** A day, whether it is given as one or as a moment. */
export function DateField({ props }: { props: Props }) {
  const day = (value: unknown) => text(value)?.slice(0, 10);
  const [value, setValue] = useValue(props, day(props.defaultValue) ?? '');
  return (
    <input
      {...useAttributes(props)}
      type="date"
      className={FIELD}
      min={day(props.min)}
      max={day(props.max)}
      value={value}
      onChange={(event) => setValue(event.target.value)}
    />
  );
}

export function CheckboxField({ props }: { props: Props }) {
  const [value, setValue] = useValue(props, props.defaultChecked === true || props.defaultChecked === 'true');
  const { 'aria-label': name, ...attributes } = useAttributes(props);
  const label = text(props.label);
  return (
    <label className="flex items-start gap-2 text-sm">
      <input
        {...attributes}
        aria-label={label === undefined ? name : undefined}
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-accent-ink"
        checked={value}
        onChange={(event) => setValue(event.target.checked)}
      />
      {label !== undefined && (
        <span className="min-w-0 wrap-anywhere" dir="auto">
          {label}
        </span>
      )}
    </label>
  );
}

export function RadioField({ props }: { props: Props }) {
  const [value, setValue] = useValue(props, text(props.defaultValue) ?? '');
  const { id, 'aria-label': name, disabled, required } = useAttributes(props);
  return (
    <div id={id} role="radiogroup" aria-label={name ?? text(props.name)} className={props.direction === 'row' ? 'flex flex-wrap gap-4' : 'flex flex-col gap-2'}>
      {options(props.options).map((option) => (
        <label key={option.value} className="flex items-start gap-2 text-sm">
          <input
            type="radio"
            name={id}
            className="mt-0.5 size-4 shrink-0 accent-accent-ink"
            checked={value === option.value}
            required={required}
            disabled={disabled || option.disabled}
            onChange={() => setValue(option.value)}
          />
          <span className="min-w-0 wrap-anywhere" dir="auto">
            {option.label}
          </span>
        </label>
      ))}
    </div>
  );
}
