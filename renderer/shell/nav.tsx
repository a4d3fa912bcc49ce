import { IS_MAC, shortcutWords } from '../commands/commands.ts';
import { setPage, useView } from '../stores/view.ts';
import { PLACES } from './places.ts';

/** The ten places. */
export function Nav() {
  const page = useView((view) => view.page);
  return (
    <nav className="ada-nav" aria-label="Places">
      {PLACES.map(({ id, label, icon: Icon, shortcut }) => (
        <button
          key={id}
          type="button"
          className="ada-nav-item"
          aria-current={page === id ? 'page' : undefined}
          title={`${label} (${shortcutWords(shortcut, IS_MAC)})`}
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
