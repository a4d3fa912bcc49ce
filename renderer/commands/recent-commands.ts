import { create } from 'zustand';

const KEY = 'ada.palette.recent';
const MAX_RECENT = 5;

function recall(): readonly string[] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return Array.isArray(saved) ? saved.filter((id): id is string => typeof id === 'string').slice(0, MAX_RECENT) : [];
  } catch {
    return [];
  }
}

const useRecentStore = create<{ readonly ids: readonly string[] }>(() => ({ ids: recall() }));

/** Ids of the commands run from the palette, newest first. */
export function useRecentCommands(): readonly string[] {
  return useRecentStore(({ ids }) => ids);
}

/** Puts a command at the head of the recent ones; saved in the window's own storage. */
export function noteRecent(id: string): void {
  const ids = [id, ...useRecentStore.getState().ids.filter((known) => known !== id)].slice(0, MAX_RECENT);
  useRecentStore.setState({ ids });
  try {
    localStorage.setItem(KEY, JSON.stringify(ids));
  } catch {
    // Without storage they last as long as the window.
  }
}
