import { Upload } from 'lucide-react';
import { useEffect, useState } from 'react';

/** Takes files that are dropped anywhere on the page, and shows that it would. */
export function DropZone({ onFiles }: { onFiles: ((files: File[]) => void) | undefined }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Each element that is entered or left tells: what counts is how many more were entered.
    let depth = 0;
    const enter = (event: DragEvent) => carriesFiles(event) && setOver(++depth > 0);
    const leave = (event: DragEvent) => carriesFiles(event) && setOver(--depth > 0);
    const hover = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      // Else the browser would leave the page for the file.
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = onFiles ? 'copy' : 'none';
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      onFiles?.(Array.from(event.dataTransfer?.files ?? []));
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: hover, drop };
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name as 'drop', listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name as 'drop', listener);
    };
  }, [onFiles]);

  if (!over || !onFiles) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-40 grid place-items-center bg-page/80 p-6">
      <p className="flex items-center gap-3 rounded-2xl border-2 border-dashed border-accent-ink bg-surface px-8 py-6 text-sm font-medium">
        <Upload className="size-5 text-accent-ink" aria-hidden /> Drop files to attach them
      </p>
    </div>
  );
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
