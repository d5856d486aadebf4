import { LongText } from './LongText';

/** Data as it is, for those who want to see it. */
export function Raw({ text }: { text: string }) {
  return (
    <pre className="raw" tabIndex={0} dir="auto">
      {text === '' ? 'nothing' : <LongText>{text}</LongText>}
    </pre>
  );
}
