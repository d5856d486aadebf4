import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { Icon } from '../Icon';
import { Markdown } from '../Markdown';
import { RemoteImage } from '../SafeLink';
import { rasterUrl } from '../urls';
import { Card, FormBox } from './Card';
import { Chart } from './Chart';
import { CheckboxField, DateField, EditableText, RadioField, SelectField, TextField } from './fields';
import { useWidget } from './form';
import { colour, iconSize, layout, wording } from './looks';
import { action, type Component, hasControls, isRecord, text } from './tree';

/** One component and what is in it; of one that is not known its text, if it has any. */
export function Node({ of: node }: { of: Component }): ReactNode {
  const { type, props } = node;
  switch (type) {
    case 'Card':
      return <Card of={node} />;
    case 'Form':
      return <FormBox of={node} />;
    case 'ListView':
      return <ListView of={node} />;
    case 'Basic':
    case 'Box':
    case 'Col':
      return <Layout of={node} />;
    case 'Row':
      return <Layout of={node} row />;
    case 'Text':
      if (isRecord(props.editable)) return <EditableText props={props} editable={props.editable} />;
      return <Words value={props.value} className={wording(props, 'text-sm')} />;
    case 'Title':
      return <Words value={props.value} className={wording(props, 'text-lg font-semibold')} />;
    case 'Caption':
      return <Words value={props.value} className={wording(props, 'text-xs text-muted')} />;
    case 'Markdown':
      return <WidgetMarkdown props={props} />;
    case 'Label':
      return <Label props={props} />;
    case 'Badge':
      return <Badge props={props} />;
    case 'Icon':
      return <Icon name={text(props.name)} className={cn(iconSize(props.size), colour(props.color))} />;
    case 'Image':
      return <Picture props={props} />;
    case 'Button':
      return <ActionButton props={props} />;
    case 'Divider':
      return <hr className="w-full border-line" />;
    case 'Spacer':
      return <div className="min-h-2 flex-1" />;
    case 'Input':
    case 'Textarea':
      return <TextField props={props} multiline={type === 'Textarea'} />;
    case 'Select':
      return <SelectField props={props} />;
    case 'DatePicker':
      return <DateField props={props} />;
    case 'Checkbox':
      return <CheckboxField props={props} />;
    case 'RadioGroup':
      return <RadioField props={props} />;
    case 'Chart':
      return <Chart props={props} />;
    case 'Table':
      return <Table of={node} />;
    default:
      return node.children.length > 0 ? <Children of={node} /> : <Words value={props.value ?? props.label} className="text-sm" />;
  }
}

export function Children({ of: { children } }: { of: Component }) {
  return children.map((child, i) => <Node key={i} of={child} />);
}

function Layout({ of: node, row = false }: { of: Component; row?: boolean }) {
  const gap = node.type === 'Box' ? {} : { gap: 2 };
  return (
    <div className={cn(layout({ ...gap, ...node.props }, row), node.type === 'Basic' && 'text-sm')}>
      <Children of={node} />
    </div>
  );
}

function Words({ value, className }: { value: unknown; className: string }) {
  const words = text(value);
  return words ? (
    <p className={className} dir="auto">
      {words}
    </p>
  ) : null;
}

type Props = Component['props'];

function WidgetMarkdown({ props }: { props: Props }) {
  const { live } = useWidget();
  return <Markdown text={text(props.value) ?? ''} live={live && props.streaming === true} />;
}

function Label({ props }: { props: Props }) {
  const { idOf } = useWidget();
  return (
    <label htmlFor={idOf(text(props.fieldName) ?? '')} className={wording(props, 'text-sm font-medium')}>
      {text(props.value)}
    </label>
  );
}

function Badge({ props }: { props: Props }) {
  const label = text(props.label);
  if (!label) return null;
  const shape = props.pill === false ? 'rounded' : 'rounded-full';
  return (
    <span className={cn('inline-block w-fit max-w-full truncate border border-line bg-raised px-2 text-xs leading-5', shape, colour(props.color))} dir="auto">
      {label}
    </span>
  );
}

function Picture({ props }: { props: Props }) {
  const source = text(props.src) ?? '';
  const alt = text(props.alt) ?? '';
  const data = rasterUrl(source);
  return (
    <span className="block max-w-full text-sm [&_img]:max-h-80 [&_img]:max-w-full [&_img]:rounded-md [&>a]:text-link [&>a]:underline">
      {data === undefined ? <RemoteImage src={source} alt={alt} /> : <img src={data} alt={alt} />}
    </span>
  );
}

function ActionButton({ props }: { props: Props }) {
  const { act, disabled } = useWidget();
  const does = action(props.onClickAction);
  const submits = props.submit === true;
  const label = text(props.label);
  const isPrimary = props.style === 'primary' || (props.variant === 'solid' && props.style !== 'secondary');
  return (
    <Button
      type={submits ? 'submit' : 'button'}
      variant={props.color === 'danger' ? 'danger' : isPrimary || (submits && props.style === undefined) ? 'primary' : props.variant === 'ghost' ? 'ghost' : 'outline'}
      size="small"
      disabled={disabled || props.disabled === true || (!does && !submits)}
      aria-label={label ? undefined : (text(props.iconStart) ?? text(props.iconEnd) ?? 'button')}
      className={cn('max-w-full', props.block === true ? 'w-full' : 'w-fit')}
      onClick={submits || !does ? undefined : () => act(does)}
    >
      <Icon name={text(props.iconStart)} />
      {label && (
        <span className="min-w-0 truncate" dir="auto">
          {label}
        </span>
      )}
      <Icon name={text(props.iconEnd)} />
    </Button>
  );
}

function ListView({ of: node }: { of: Component }) {
  const { limit } = node.props;
  const [isWhole, setWhole] = useState(false);
  const most = isWhole || typeof limit !== 'number' || limit < 1 ? Infinity : limit;
  return (
    <ul className="flex max-w-xl flex-col overflow-hidden text-sm rounded-lg border border-line bg-surface">
      {node.children.slice(0, most).map((item, i) => (
        <li key={i} className="border-b border-line last:border-none">
          {item.type === 'ListViewItem' ? <ListViewItem of={item} /> : <Node of={item} />}
        </li>
      ))}
      {node.children.length > most && (
        <li className="p-2">
          <Button variant="ghost" size="small" onClick={() => setWhole(true)}>
            Show {node.children.length - most} more
          </Button>
        </li>
      )}
    </ul>
  );
}

/** A row that can be chosen; where something in it can be used by itself, a button beside it chooses it. */
function ListViewItem({ of: node }: { of: Component }) {
  const { act, disabled } = useWidget();
  const does = action(node.props.onClickAction);
  const className = cn('w-full px-3 py-2 text-start', layout({ gap: 2, ...node.props }, true));
  if (!does) {
    return (
      <div className={className}>
        <Children of={node} />
      </div>
    );
  }
  if (node.children.some(hasControls)) {
    return (
      <div className={className}>
        <Children of={node} />
        <Button size="small" disabled={disabled} onClick={() => act(does)} className="ms-auto">
          Choose
        </Button>
      </div>
    );
  }
  return (
    <button type="button" disabled={disabled} className={cn(className, 'hover:bg-raised disabled:opacity-60')} onClick={() => act(does)}>
      <Children of={node} />
    </button>
  );
}

function Table({ of: node }: { of: Component }) {
  const rows = node.children.filter(({ type }) => type === 'Table.Row');
  return (
    <div className="overflow-x-auto" role="group" aria-label="Table" tabIndex={0}>
      <table className="w-full text-sm">
        <tbody>
          {rows.map((row, i) => (
            <tr key={i} className="border-b border-line last:border-none">
              {row.children.map((cell, j) => {
                const Cell = row.props.header === true ? 'th' : 'td';
                return (
                  <Cell key={j} colSpan={span(cell.props.colSpan)} rowSpan={span(cell.props.rowSpan)} className="px-2 py-1 text-start align-top">
                    {cell.type === 'Table.Cell' ? <Children of={cell} /> : <Node of={cell} />}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function span(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 && value <= 50 ? Math.round(value) : undefined;
}
