import { type ReactNode, useContext } from 'react';
import { ImageOriginsContext, linkTo, pretends, remoteImage } from './urls';

/** A link that opens beside the page and tells the other side nothing; text, if it leads nowhere safe. */
export function SafeLink({ href, children, className }: { href: string | undefined; children: ReactNode; className?: string }) {
  const url = linkTo(href);
  if (!url) return <span className={className}>{children}</span>;
  const isDisguised = url.host !== '' && pretends(textOf(children), url);
  return (
    <>
      <a href={url.href} title={url.href} className={className} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
      {isDisguised && <bdi> ({url.host})</bdi>}
    </>
  );
}

/** An image of another host: drawn if that host is trusted with it, else a link to it. */
export function RemoteImage({ src, alt }: { src: string | undefined; alt: string }) {
  const origins = useContext(ImageOriginsContext);
  const url = remoteImage(src, origins);
  if (url) return <img src={url.href} alt={alt} loading="lazy" referrerPolicy="no-referrer" />;
  const link = linkTo(src);
  return (
    <SafeLink href={src}>
      image: {alt === '' ? 'without a description' : alt}
      {link?.host && ` (${link.host})`}
    </SafeLink>
  );
}

function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map(textOf).join('');
  if (node && typeof node === 'object' && 'props' in node) return textOf((node.props as { children?: ReactNode }).children);
  return '';
}
