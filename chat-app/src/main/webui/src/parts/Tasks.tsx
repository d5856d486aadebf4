import { LoaderCircle } from 'lucide-react';
import type { Task, TaskMessage, Workflow, WorkflowMessage } from '../api/wire';
import type { Shown } from '../thread/shown';
import { SourceLine } from './Citations';
import { Fold } from './Fold';
import { Icon } from './Icon';
import { Markdown } from './Markdown';
import { duration } from './words';

const STANDARD: Record<Task['type'], { title: string; icon: string }> = {
  custom: { title: 'A step', icon: 'dot' },
  web_search: { title: 'Search on the web', icon: 'globe' },
  thought: { title: 'A thought', icon: 'lightbulb' },
  files: { title: 'Files', icon: 'document' },
  image: { title: 'An image', icon: 'square-image' },
};

/** The steps of some longer work: folded behind what sums them up, when there is such a thing. */
export function WorkflowPart({ message }: { message: Shown & WorkflowMessage }) {
  const { tasks, expanded } = message.workflow;
  const steps = (
    <ol className="flex flex-col gap-3 border-s-2 border-line ps-3">
      {tasks.map((task, i) => (
        <li key={i}>
          <TaskLine task={task} live={message.live ?? false} />
        </li>
      ))}
    </ol>
  );
  if (tasks.length === 0) return <p className="text-sm text-muted">{summary(message.workflow)}</p>;
  return (
    <Fold
      id={`${message.id}-${message.live ? 'live' : 'done'}`}
      initially={expanded}
      className="text-sm"
      summary={
        <>
          <SummaryIcon workflow={message.workflow} />
          <bdi>{summary(message.workflow)}</bdi>
        </>
      }
    >
      {() => <div className="mt-2">{steps}</div>}
    </Fold>
  );
}

function SummaryIcon({ workflow: { summary } }: { workflow: Workflow }) {
  return summary && 'title' in summary ? <Icon name={summary.icon} /> : null;
}

function summary({ tasks, summary }: Workflow): string {
  if (summary) return 'title' in summary ? summary.title : `Worked for ${duration(summary.duration_ms)}`;
  const running = tasks.find((task) => task.status === 'loading');
  if (running) return `${titleOf(running)}…`;
  return tasks.length === 1 ? '1 step' : `${tasks.length} steps`;
}

export function TaskPart({ message }: { message: Shown & TaskMessage }) {
  return (
    <div className="text-sm">
      <TaskLine task={message.task} live={message.live ?? false} />
    </div>
  );
}

function titleOf(task: Task): string {
  return task.title ?? STANDARD[task.type].title;
}

function TaskLine({ task, live }: { task: Task; live: boolean }) {
  const isLoading = task.status === 'loading';
  return (
    <>
      <p className="flex items-center gap-2">
        {isLoading ? (
          <LoaderCircle className="size-4 shrink-0 animate-spin text-accent-ink" aria-hidden />
        ) : (
          <Icon name={task.icon ?? STANDARD[task.type].icon} />
        )}
        <span dir="auto">{titleOf(task)}</span>
        {isLoading && <span className="sr-only">(in progress)</span>}
        {task.status === 'complete' && <span className="sr-only">(done)</span>}
      </p>
      {task.title_query && <Query text={task.title_query} />}
      {task.queries?.filter((query) => query !== task.title_query).map((query, i) => <Query key={i} text={query} />)}
      {task.content && (
        <div className="mt-1 ps-6 text-muted">
          <Markdown text={task.content} live={live && isLoading} />
        </div>
      )}
      {task.sources && task.sources.length > 0 && (
        <ul className="mt-1 ps-6" aria-label="Sources">
          {task.sources.map((source, i) => (
            <li key={i} dir="auto">
              <SourceLine source={source} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Query({ text }: { text: string }) {
  return (
    <p className="ps-6 text-muted" dir="auto">
      “{text}”
    </p>
  );
}
