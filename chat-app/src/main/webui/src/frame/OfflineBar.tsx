import { WifiOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';

/** Says that the machine has no network; what is written goes on when it has one. */
export function OfflineBar() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {!online && (
        <p className="flex items-center justify-center gap-2 border-y border-line bg-surface px-4 py-1.5 text-xs text-warning-ink">
          <WifiOff className="size-3.5" aria-hidden /> You are offline. What you send goes out when the network is back.
        </p>
      )}
    </div>
  );
}

function subscribe(changed: () => void) {
  window.addEventListener('online', changed);
  window.addEventListener('offline', changed);
  return () => {
    window.removeEventListener('online', changed);
    window.removeEventListener('offline', changed);
  };
}
