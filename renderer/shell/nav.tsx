import { describeShortcut, IS_MAC } from '../commands/commands.ts';
import { PAGES } from '../pages.tsx';
import { setPage, useView } from '../stores/view.ts';
import { TEXT } from './text.ts';

/** The navigation: one button a page. */
export function Nav() {
  const page = useView((view) => view.page);
  return (
    <nav className="ada-nav" aria-label={TEXT.navigation}>
      {PAGES.map(({ id, label, icon: Icon, shortcut }) => (
        <button
          key={id}
          type="button"
          className="ada-nav-item"
          aria-current={page === id ? 'page' : undefined}
          title={`${label} (${describeShortcut(shortcut, IS_MAC)})`}
          aria-label={label}
          onClick={() => setPage(id)}
        >
          <Icon size={18} stroke={1.6} aria-hidden />
          <span>{label}</span>
        </button>
      ))}
    </nav>
  );
}
