import { createStore } from 'zustand/vanilla';
import { stored } from '../ui/stored';

const key = 'chat.sidebar';

/** Which parts of the frame are to be seen. */
export const layout = createStore<{
  /** The sidebar beside the thread, where there is room for it. */
  sidebar: boolean;
  /** The drawer over the thread, where there is none. */
  drawer: boolean;
}>(() => ({ sidebar: stored.get(key) !== 'hidden', drawer: false }));

export function showSidebar(sidebar: boolean): void {
  layout.setState({ sidebar });
  stored.set(key, sidebar ? 'shown' : 'hidden');
}

export const showDrawer = (drawer: boolean) => layout.setState({ drawer });

/** Narrower than this, the conversations are in a drawer. */
export const narrow = '(max-width: 767px)';
