import { createContext, useContext } from 'react';
import type { Citation, Source } from '../api/wire';
import { Tooltip } from '../ui/Tooltip';
import { Fold } from './Fold';
import type { Mark } from './reshape';
import { SafeLink } from './SafeLink';
import { linkTo } from './urls';
import { moment } from './words';

/** The sources of the text at hand, in the order of their numbers, and the id of their list. */
export const SourcesContext = createContext<{ list: string; sources: readonly Source[] }>({ list: '', sources: [] });

/** Numbers the sources of a text, each once, and tells where they are cited. */
export function numbered(citations: readonly Citation[]): { sources: Source[]; marks: Mark[] } {
  const sources = new Map<string, Source>();
  const marks: Mark[] = [];
  for (const { source, index } of citations) {
    const key = keyOf(source);
    if (!sources.has(key)) sources.set(key, source);
    const number = [...sources.keys()].indexOf(key) + 1;
    if (index !== undefined) marks.push({ at: index, number });
  }
  // From behind, so that of two at one place the first stands first.
  return { sources: [...sources.values()], marks: marks.reverse() };
}

function keyOf(source: Source): string {
  switch (source.type) {
    case 'url':
      return `url ${source.url}`;
    case 'file':
      return `file ${source.filename}`;
    case 'entity':
      return `entity ${source.entity.id}`;
  }
}

/** A small number in the text that leads to its source, or to the list where it has no address. */
export function CitationMark({ number }: { number: number }) {
  const { list, sources } = useContext(SourcesContext);
  const source = sources[number - 1];
  if (!source) return null;
  const name = `Source ${number}: ${source.title}`;
  const url = source.type === 'url' ? linkTo(source.url) : undefined;
  return (
    <sup className="citation">
      <Tooltip text={name} side="top">
        {url ? (
          <a href={url.href} aria-label={name} target="_blank" rel="noopener noreferrer nofollow">
            {number}
          </a>
        ) : (
          <button type="button" aria-label={name} onClick={() => reveal(list)}>
            {number}
          </button>
        )}
      </Tooltip>
    </sup>
  );
}

function reveal(list: string): void {
  const details = document.getElementById(list);
  if (!(details instanceof HTMLDetailsElement)) return;
  details.open = true;
  details.scrollIntoView({ block: 'nearest' });
}

/** The list of a text's sources, folded. */
export function SourceList({ id, sources }: { id: string; sources: readonly Source[] }) {
  return (
    <Fold id={id} summary={sources.length === 1 ? '1 source' : `${sources.length} sources`} className="mt-2 text-sm">
      {() => (
        <ol className="mt-2 flex list-decimal flex-col gap-2 ps-6">
          {sources.map((source, i) => (
            <li key={i} dir="auto">
              <SourceLine source={source} />
            </li>
          ))}
        </ol>
      )}
    </Fold>
  );
}

export function SourceLine({ source }: { source: Source }) {
  const url = source.type === 'url' ? linkTo(source.url) : undefined;
  const about = [
    source.type === 'url' ? (url?.host ?? source.url) : source.type === 'file' ? source.filename : source.entity.label,
    source.type === 'url' ? source.attribution : undefined,
    source.group,
    source.timestamp === undefined ? undefined : moment(source.timestamp),
  ].filter((words) => words !== undefined && words !== '' && words !== source.title);
  return (
    <>
      {url ? (
        <SafeLink href={url.href} className="text-link underline underline-offset-2">
          {source.title}
        </SafeLink>
      ) : (
        <bdi>{source.title}</bdi>
      )}
      {about.map((words, i) => (
        <bdi key={i} className="text-muted">
          {' · '}
          {words}
        </bdi>
      ))}
      {source.description && <p className="text-muted">{source.description}</p>}
    </>
  );
}
