import { useEffect } from 'react';

export interface LogKeys {
  readonly onSearch: () => void;
  readonly onPause: () => void;
  readonly onLive: () => void;
}

/** Whether the target handles the key itself: fields, menus and dialogs; Space also on buttons. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const own = 'input, textarea, select, [role="menu"], [role="dialog"], [role="listbox"]';
  return target.isContentEditable || target.closest(key === ' ' ? `${own}, button, a` : own) !== null;
}

/** The page's keys: `/` searches, Space pauses or resumes, End jumps to live. */
export function useLogKeys({ onSearch, onPause, onLive }: LogKeys): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target, event.key)) return;
      const act = event.key === '/' ? onSearch : event.key === ' ' ? onPause : event.key === 'End' ? onLive : null;
      if (act === null) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onSearch, onPause, onLive]);
}
