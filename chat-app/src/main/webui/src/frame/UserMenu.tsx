import { ChevronsUpDown, Keyboard, LogOut } from 'lucide-react';
import { useStore } from 'zustand';
import { usePage } from '../page';
import { Menu, MenuChoices, MenuItem, MenuSeparator } from '../ui/Menu';
import { chooseTheme, theme, type Theme } from '../ui/theme';

const themes: { value: Theme; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

export function UserMenu({ onHelp }: { onHelp(): void }) {
  const { session, signOut } = usePage();
  const chosen = useStore(theme, (state) => state.theme);
  const trigger = (
    <button
      type="button"
      className="flex w-full items-center gap-2.5 rounded-lg px-2 py-2 text-sm hover:bg-raised data-[state=open]:bg-raised"
    >
      <span
        className="grid size-7 shrink-0 place-items-center rounded-full bg-raised text-xs font-semibold uppercase ring-1 ring-line"
        aria-hidden
      >
        {Array.from(session.userId)[0]}
      </span>
      <span className="min-w-0 flex-1 truncate text-left">
        <span className="sr-only">Settings of </span>
        <bdi>{session.userId}</bdi>
      </span>
      <ChevronsUpDown className="size-4 text-muted" aria-hidden />
    </button>
  );
  return (
    <div className="shrink-0 border-t border-line p-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
      <Menu trigger={trigger} side="top">
        <MenuChoices label="Theme" value={chosen} choices={themes} onChoose={chooseTheme} />
        <MenuSeparator />
        <MenuItem onSelect={onHelp}>
          <Keyboard /> Keyboard shortcuts
        </MenuItem>
        {signOut && (
          <MenuItem onSelect={signOut}>
            <LogOut /> Sign out
          </MenuItem>
        )}
      </Menu>
    </div>
  );
}
