import { useEffect, useRef } from 'react';
import { CopyButton } from '../ui/CopyButton';
import { LongText } from './LongText';

/** Longer code is shown in one colour. */
const LONGEST = 20_000;

/** Code with what it is written in, coloured when it is whole, and a button that copies it. */
export function CodeBlock({ code, language, live }: { code: string; language: string; live: boolean }) {
  const element = useRef<HTMLElement>(null);
  const isPlain = live || language === '' || code.length > LONGEST;
  useEffect(() => {
    if (isPlain) return undefined;
    let remove: (() => void) | undefined;
    let isGone = false;
    void import('./highlight').then(({ highlight }) => {
      const text = element.current?.firstChild;
      if (!isGone && text instanceof Text) remove = highlight(text, language);
    }, () => undefined);
    return () => {
      isGone = true;
      remove?.();
    };
  }, [code, language, isPlain]);
  return (
    <div className="code">
      <div>
        <bdi>{language === '' ? 'text' : language}</bdi>
        <CopyButton text={code} />
      </div>
      <pre tabIndex={0} dir="ltr">
        <code ref={element}>
          <LongText>{code}</LongText>
        </code>
      </pre>
    </div>
  );
}
