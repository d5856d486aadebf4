import type { ImageMessage } from '../api/wire';
import type { Shown } from '../thread/shown';
import { RemoteImage } from './SafeLink';
import { rasterUrl } from './urls';

/** An image that was made, or how far it is. */
export function ImagePart({ message: { image: state, live } }: { message: Shown & ImageMessage }) {
  const percent = Math.round((state.progress ?? 0) * 100);
  const data = state.image && rasterUrl(state.image.url);
  return (
    <figure className="flex max-w-md flex-col items-start gap-2">
      {data !== undefined && <img src={data} alt="Generated" className="max-w-full min-h-16 min-w-16 rounded-lg border border-line object-contain" />}
      {state.image && data === undefined && <RemoteImage src={state.image.url} alt="generated" />}
      {live && percent < 100 && (
        <figcaption className="flex items-center gap-2 text-sm text-muted">
          <progress max={100} value={percent} aria-label="Image" className="accent-accent-ink" />
          {percent} %
        </figcaption>
      )}
      {!live && !state.image && <figcaption className="text-sm text-muted">The image was not finished.</figcaption>}
    </figure>
  );
}
