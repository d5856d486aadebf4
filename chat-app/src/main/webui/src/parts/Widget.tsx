import type { WidgetMessage } from '../api/wire';
import type { Shown } from '../thread/shown';

export function Widget({ message }: { message: Shown & WidgetMessage }) {
  return <p className="whitespace-pre-wrap">{message.widget.copy_text}</p>;
}
