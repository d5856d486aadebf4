import { type FormEvent, type ReactNode, useContext, useState } from 'react';
import { Button } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { Fold } from '../Fold';
import { Icon } from '../Icon';
import { FormContext, useWidget } from './form';
import { cardSize, layout } from './looks';
import { Children } from './Node';
import { type Action, action, type Component, filled, isRecord, text } from './tree';

/** A frame around what belongs together, with what can be done with it below. */
export function Card({ of: node }: { of: Component }) {
  const { props } = node;
  const { id } = useWidget();
  const status = isRecord(props.status) ? props.status : {};
  const content = (
    <div className={cn(layout({ gap: 3, ...props, border: undefined, background: undefined }))}>
      <Children of={node} />
    </div>
  );
  const confirm = isRecord(props.confirm) ? props.confirm : undefined;
  const body = props.collapsed === true ? <Fold id={`${id}-card`} summary={text(status.text) ?? 'Details'}>{() => content}</Fold> : content;
  const frame = cn('w-full overflow-hidden rounded-xl border border-line bg-surface p-4 text-sm', cardSize(props.size));
  const whole = (
    <>
      {text(status.text) && props.collapsed !== true && (
        <p className="mb-3 flex items-center gap-2 text-xs text-muted" dir="auto">
          <Icon name={text(status.icon)} />
          {text(status.text)}
        </p>
      )}
      {body}
      <Buttons of={props} isForm={props.asForm === true} />
    </>
  );
  return props.asForm === true ? (
    <Submitting action={action(confirm?.action)} className={frame}>
      {whole}
    </Submitting>
  ) : (
    <div className={frame}>{whole}</div>
  );
}

/** The card's own buttons. That which confirms a form submits it. */
function Buttons({ of: { confirm, cancel }, isForm }: { of: Component['props']; isForm: boolean }) {
  const { act, disabled } = useWidget();
  const confirms = isRecord(confirm) ? action(confirm.action) : undefined;
  const cancels = isRecord(cancel) ? action(cancel.action) : undefined;
  if (!isRecord(confirm) && !isRecord(cancel)) return null;
  return (
    <div className="mt-4 flex flex-wrap justify-end gap-2">
      {isRecord(cancel) && (
        <Button size="small" disabled={disabled || !cancels} onClick={() => cancels && act(cancels)}>
          {text(cancel.label) ?? 'Cancel'}
        </Button>
      )}
      {isRecord(confirm) && (
        <Button
          variant="primary"
          size="small"
          type={isForm ? 'submit' : 'button'}
          disabled={disabled || !confirms}
          onClick={isForm ? undefined : () => confirms && act(confirms)}
        >
          {text(confirm.label) ?? 'Confirm'}
        </Button>
      )}
    </div>
  );
}

/** A form within a widget; within another form only a part of it. */
export function FormBox({ of: node }: { of: Component }) {
  const outer = useContext(FormContext);
  const className = layout({ gap: 3, ...node.props });
  if (outer) {
    return (
      <div className={className}>
        <Children of={node} />
      </div>
    );
  }
  return (
    <Submitting action={action(node.props.onSubmitAction)} className={className}>
      <Children of={node} />
    </Submitting>
  );
}

function Submitting({ action: does, className, children }: { action: Action | undefined; className: string; children: ReactNode }) {
  const { act, disabled } = useWidget();
  const [values] = useState(() => new Map<string, unknown>());
  function submit(event: FormEvent) {
    event.preventDefault();
    if (does && !disabled) act(filled(does, values));
  }
  return (
    <FormContext value={values}>
      <form className={className} onSubmit={submit}>
        {children}
      </form>
    </FormContext>
  );
}
