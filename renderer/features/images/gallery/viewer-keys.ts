import { actualSize, FIT, isPannable, panned, type Stage, type View, zoomedIn, zoomedOut } from '../zoom.ts';

/** How far an arrow key moves a large image, in px. */
const PAN_PX = 80;

export interface ViewerActions {
  readonly view: View;
  readonly stage: Stage;
  readonly onView: (change: (view: View, on: Stage) => View) => void;
  readonly go: (delta: number) => void;
  readonly goFirst: () => void;
  readonly goLast: () => void;
  readonly toggleDetails: () => void;
  readonly toggleFavourite: () => void;
  readonly trash: () => void;
  readonly compare: () => void;
  readonly use: () => void;
  readonly copy: () => void;
}

/** What a key does in the viewer; null = nothing. Arrows move an image that is larger than its stage, else they browse. */
export function viewerAction(
  { key, isMod, isFree }: { readonly key: string; readonly isMod: boolean; readonly isFree: boolean },
  o: ViewerActions,
): (() => void) | null {
  const arrow = (dx: number, dy: number, delta: number): (() => void) =>
    isPannable(o.view, o.stage)
      ? () => o.onView((view, on) => panned(view, dx * PAN_PX, dy * PAN_PX, on))
      : () => (delta === 0 ? undefined : o.go(delta));
  // Text that is selected in the details is what Ctrl+C copies.
  if (isMod) return key === 'c' && isFree ? o.copy : null;
  switch (key) {
    case 'ArrowLeft':
      return arrow(1, 0, -1);
    case 'ArrowRight':
      return arrow(-1, 0, 1);
    case 'ArrowUp':
      return arrow(0, 1, 0);
    case 'ArrowDown':
      return arrow(0, -1, 0);
    case 'PageUp':
      return () => o.go(-1);
    case 'PageDown':
      return () => o.go(1);
    case 'Home':
      return o.goFirst;
    case 'End':
      return o.goLast;
    case '+':
    case '=':
      return () => o.onView(zoomedIn);
    case '-':
      return () => o.onView(zoomedOut);
    case '0':
      return () => o.onView(() => FIT);
    case '1':
      return () => o.onView((view, on) => actualSize(view, on));
    case 'i':
      return o.toggleDetails;
    case 'f':
      return o.toggleFavourite;
    case 'c':
      return o.compare;
    case 'u':
      return o.use;
    case 'Delete':
      return o.trash;
    default:
      return null;
  }
}

/** Where a key belongs to something that lies over the viewer: a menu, a field, another dialog. */
function isElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const dialog = target.closest('[role="dialog"]');
  return target.closest('[role="menu"], input') !== null || (dialog !== null && !dialog.classList.contains('viewer'));
}

/** The viewer's handler of the window's keys: they work wherever the focus is, also when a button that had it was disabled. */
export function viewerKey(o: ViewerActions): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.altKey || event.defaultPrevented || isElsewhere(event.target)) return;
    const isFree = window.getSelection()?.isCollapsed !== false;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = viewerAction({ key, isMod: event.ctrlKey || event.metaKey, isFree }, o);
    if (act === null) return;
    event.preventDefault();
    act();
  };
}
