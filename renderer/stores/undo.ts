import { create } from 'zustand';
import { addErrorNotice, addNotice } from './notices.ts';

/** Something that was removed, and the way back. */
export interface Undoable {
  /** What it is of, for when none of that kind can be brought back any more. */
  readonly kind: 'image' | 'preset' | 'run' | 'service' | 'form';
  /** "Image deleted". */
  readonly message: string;
  /** The notice after the undo: "Image restored"; a function where the undo decides what it says. */
  readonly undone: string | (() => string);
  readonly undo: () => Promise<unknown>;
}

const MAX_KEPT = 20;

const useUndoStore = create<{ readonly undoables: readonly Undoable[] }>(() => ({ undoables: [] }));

/** The last removal that can be undone; null when there is none. */
export function useUndoable(): Undoable | null {
  return useUndoStore(({ undoables }) => undoables.at(-1) ?? null);
}

/** How many removals can be undone, one after the other. */
export function useUndoCount(): number {
  return useUndoStore(({ undoables }) => undoables.length);
}

/** Offers the undo of a removal, until it is used or dismissed. */
export function offerUndo(undoable: Undoable): void {
  useUndoStore.setState(({ undoables }) => ({ undoables: [...undoables, undoable].slice(-MAX_KEPT) }));
}

/** Takes the offers of a kind away: what they would bring back is gone for good. */
export function withdrawUndo(kind: Undoable['kind']): void {
  useUndoStore.setState(({ undoables }) => ({ undoables: undoables.filter((known) => known.kind !== kind) }));
}

function withdraw(undoable: Undoable): void {
  useUndoStore.setState(({ undoables }) => ({ undoables: undoables.filter((known) => known !== undoable) }));
}

/** Undoes the last removal. A failure appears in the status line, and the offer stays. */
export function undoLast(): void {
  const last = useUndoStore.getState().undoables.at(-1);
  if (last === undefined) return;
  last.undo().then(() => {
    withdraw(last);
    addNotice('good', typeof last.undone === 'string' ? last.undone : last.undone());
  }, addErrorNotice);
}

/** Takes every offer away. */
export function dismissUndo(): void {
  useUndoStore.setState({ undoables: [] });
}
