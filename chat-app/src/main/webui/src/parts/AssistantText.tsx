import { useMemo } from 'react';
import type { AssistantMessage } from '../api/wire';
import type { Shown } from '../thread/shown';
import { numbered, SourceList, SourcesContext } from './Citations';
import { Markdown } from './Markdown';

/** What the assistant says, with its sources. */
export function AssistantText({ message }: { message: Shown & AssistantMessage }) {
  const { content, live, sources: citations } = message;
  const list = `${message.id}-sources`;
  const cited = useMemo(() => citations && { list, ...numbered(citations) }, [list, citations]);
  if (!cited) return <Markdown text={content} live={live ?? false} />;
  return (
    <SourcesContext value={cited}>
      <Markdown text={content} live={live ?? false} marks={cited.marks} />
      <SourceList id={list} sources={cited.sources} />
    </SourcesContext>
  );
}
