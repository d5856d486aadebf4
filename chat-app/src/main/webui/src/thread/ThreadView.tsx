import { Composer } from './Composer';

/** Stands in until the thread is here. */
export function ThreadView({ conversation }: { conversation: string | undefined; message: string | undefined }) {
  return (
    <>
      <div className="flex-1" />
      <Composer conversation={conversation} running={false} onSend={() => undefined} onStop={() => undefined} />
    </>
  );
}
