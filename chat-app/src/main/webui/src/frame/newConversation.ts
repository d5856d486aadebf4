import { go } from '../router';
import { focusComposer } from '../thread/Composer';
import { showDrawer } from './layout';

/** Leads to where a conversation is begun. */
export function newConversation(): void {
  go({});
  showDrawer(false);
  // The drawer gives the focus back first.
  requestAnimationFrame(focusComposer);
}
