import { createContext } from 'react';

/** The origins that remote images are drawn from; from no other is anything loaded. */
export const ImageOriginsContext = createContext<readonly string[]>([]);

/** An address that may be followed; undefined for any other, such as `javascript:`. */
export function linkTo(address: string | undefined): URL | undefined {
  const url = address === undefined ? undefined : parsed(address);
  return url && ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url : undefined;
}

/** A remote image that may be loaded. */
export function remoteImage(address: string | undefined, origins: readonly string[]): URL | undefined {
  const url = linkTo(address);
  if (!url || url.protocol === 'mailto:' || !origins.includes(url.origin)) return undefined;
  return /\.svgz?$/i.test(url.pathname) ? undefined : url;
}

const RASTER = /^image\/(?:png|jpeg|gif|webp)$/;

/** An image out of base64, if it is one of the kinds that hold nothing but pixels. */
export function rasterImage(mimeType: string, data: string): string | undefined {
  return RASTER.test(mimeType) && /^[A-Za-z0-9+/=\s]+$/.test(data) ? `data:${mimeType};base64,${data}` : undefined;
}

/** The same of a data URL. */
export function rasterUrl(address: string): string | undefined {
  const parts = /^data:(image\/[a-z]+);base64,(.*)$/s.exec(address);
  return parts ? rasterImage(parts[1]!, parts[2]!) : undefined;
}

/** Whether a text looks like an address of another host than the one it leads to. */
export function pretends(text: string, url: URL): boolean {
  const shown = /^(?:[a-z][a-z0-9+.-]*:\/\/)?((?:[\p{L}\d-]+\.)+\p{L}{2,})(?:[:/?#]|$)/iu.exec(text.trim())?.[1];
  return shown !== undefined && bare(shown) !== bare(url.hostname);
}

function bare(host: string): string {
  return (parsed(`http://${host}`)?.hostname ?? host).replace(/^www\./, '');
}

function parsed(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}
