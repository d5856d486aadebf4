import { type FormEvent, useId, useState } from 'react';
import type { Answer, Question, StructuredInputMessage } from '../api/wire';
import { useThreadActions } from '../thread/actions';
import type { Shown } from '../thread/shown';
import { Button } from '../ui/Button';
import { Input } from '../ui/Input';
import { Textarea } from '../ui/Textarea';
import { useSending } from './useSending';
import { moment } from './words';

/** What was chosen and written so far, for one question. */
interface Draft {
  chosen: string[];
  written: string;
  skipped: boolean;
}

const EMPTY: Draft = { chosen: [], written: '', skipped: false };

/** Questions that the assistant asks: to be answered, or read again. */
export function FormPart({ message }: { message: Shown & StructuredInputMessage }) {
  const { pending } = useThreadActions();
  const { questions, status } = message.structured_input;
  const waiting = pending(message);
  if (status === 'pending' && waiting && !waiting.answered) {
    return <OpenForm message={message} questions={questions} expires={waiting.expires_at} />;
  }
  const outcome = status === 'skipped' ? 'You skipped this.' : waiting?.answered ? 'Answered.' : undefined;
  return (
    <section className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4 text-sm" aria-label="Form">
      <dl className="flex flex-col gap-3">
        {questions.map((question) => (
          <div key={question.id} dir="auto">
            <dt className="text-muted">{question.question}</dt>
            <dd className="wrap-anywhere whitespace-pre-wrap">{said(question)}</dd>
          </div>
        ))}
      </dl>
      {outcome && <p className="text-muted">{outcome}</p>}
    </section>
  );
}

function said({ answer }: Question): string {
  if (!answer) return '–';
  return answer.skipped || answer.values.length === 0 ? 'skipped' : answer.values.join(', ');
}

function OpenForm({ message, questions, expires }: { message: Shown & StructuredInputMessage; questions: Question[]; expires: string }) {
  const { answer } = useThreadActions();
  const { isBusy, failure, send } = useSending();
  const [drafts, setDrafts] = useState<Record<string, Draft>>({});
  const draft = (id: string) => (Object.hasOwn(drafts, id) ? drafts[id]! : EMPTY);
  const isDone = questions.every(({ id }) => draft(id).skipped || values(draft(id)).length > 0);
  function submit(event: FormEvent) {
    event.preventDefault();
    const answers: Extract<Answer, { answers: unknown }>['answers'] = {};
    for (const { id } of questions) {
      const given = draft(id);
      answers[id] = given.skipped ? { skipped: true } : { values: values(given) };
    }
    void send(() => answer(message, { answers }));
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-5 rounded-lg border border-line bg-surface p-4 text-sm" aria-label="Form">
      {questions.map((question) => (
        <Field
          key={question.id}
          question={question}
          draft={draft(question.id)}
          change={(change) => setDrafts({ ...drafts, [question.id]: { ...draft(question.id), ...change } })}
        />
      ))}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" size="small" disabled={isBusy || !isDone}>
          Answer
        </Button>
        <Button size="small" disabled={isBusy} onClick={() => send(() => answer(message, { answers: {}, skipped: true }))}>
          {questions.length === 1 ? 'Skip' : 'Skip all'}
        </Button>
        <span className="text-xs text-muted">It waits until {moment(expires)}.</span>
      </div>
      {failure && (
        <p role="alert" className="text-danger-ink">
          {failure}
        </p>
      )}
    </form>
  );
}

function values({ chosen, written }: Draft): string[] {
  const own = written.trim();
  return own === '' || chosen.includes(own) ? chosen : [...chosen, own];
}

function Field({ question, draft, change }: { question: Question; draft: Draft; change: (change: Partial<Draft>) => void }) {
  const name = useId();
  const { type, multiple, options = [], description } = question;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-2 font-medium" dir="auto">
        {question.question}
      </legend>
      {description && (
        <p className="text-muted" dir="auto">
          {description}
        </p>
      )}
      {options.map((option) => (
        <label key={option} className="flex items-start gap-2">
          <input
            type={multiple ? 'checkbox' : 'radio'}
            name={name}
            className="mt-0.5 size-4 shrink-0 accent-accent-ink"
            checked={!draft.skipped && draft.chosen.includes(option)}
            onChange={() => change({ ...choose(draft.chosen, option, multiple ?? false), skipped: false })}
          />
          <span className="min-w-0 wrap-anywhere" dir="auto">
            {option}
          </span>
        </label>
      ))}
      {type === 'choice' ? (
        <Input
          aria-label={`Another answer to: ${question.question}`}
          placeholder="Another answer"
          dir="auto"
          value={draft.written}
          onChange={({ target: { value } }) =>
            change({ written: value, skipped: false, ...(multiple || value === '' ? {} : { chosen: [] }) })
          }
        />
      ) : (
        <Textarea
          aria-label={question.question}
          rows={2}
          value={draft.written}
          onChange={({ target: { value } }) => change({ written: value, skipped: false })}
        />
      )}
      <label className="flex items-center gap-2 text-muted">
        <input
          type="checkbox"
          className="size-4 accent-accent-ink"
          checked={draft.skipped}
          onChange={({ target: { checked } }) => change({ skipped: checked })}
        />
        Skip this question
      </label>
    </fieldset>
  );
}

function choose(chosen: string[], option: string, multiple: boolean): Partial<Draft> {
  if (!multiple) return { chosen: [option], written: '' };
  return { chosen: chosen.includes(option) ? chosen.filter((other) => other !== option) : [...chosen, option] };
}
