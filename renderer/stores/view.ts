import { useEffect } from 'react';
import { create } from 'zustand';
import type { GalleryImage } from '../../shared/capabilities/gallery/contract.ts';

/** The id of a page in renderer/pages.tsx. */
export type PageId = string;

/** What a page should show or do when it is opened from elsewhere; times in epoch ms. */
export interface PageTarget {
  readonly unit?: string;
  readonly model?: string;
  readonly image?: GalleryImage;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** The anchor of a card to scroll to. */
  readonly section?: string;
  /** What the page does once it can; see {@link usePageIntent}. */
  readonly intent?: string;
  /** The id of what the intent is about, where a page shows several of a kind. */
  readonly subject?: string;
}

interface View {
  readonly page: PageId;
  /** Set by the caller that opened the page; null when it was opened from the navigation. */
  readonly target: PageTarget | null;
  /** Whose models the Models page shows. */
  readonly modelsOf: 'invokeai' | 'comfyui';
  readonly isNoticeListOpen: boolean;
  readonly isAddHostOpen: boolean;
  readonly isShortcutsOpen: boolean;
  readonly isGuideOpen: boolean;
  setPage(page: PageId, target?: PageTarget): void;
  setModelsOf(program: 'invokeai' | 'comfyui'): void;
  setNoticeListOpen(isOpen: boolean): void;
  setAddHostOpen(isOpen: boolean): void;
  setShortcutsOpen(isOpen: boolean): void;
  setGuideOpen(isOpen: boolean): void;
}

/** Which page is shown, and what lies over it. */
export const useView = create<View>((set) => ({
  page: 'overview',
  target: null,
  modelsOf: 'invokeai',
  isNoticeListOpen: false,
  isAddHostOpen: false,
  isShortcutsOpen: false,
  isGuideOpen: false,
  setPage: (page, target) => set({ page, target: target ?? null }),
  setModelsOf: (modelsOf) => set({ modelsOf }),
  setNoticeListOpen: (isNoticeListOpen) => set({ isNoticeListOpen }),
  setAddHostOpen: (isAddHostOpen) => set({ isAddHostOpen }),
  setShortcutsOpen: (isShortcutsOpen) => set({ isShortcutsOpen }),
  setGuideOpen: (isGuideOpen) => set({ isGuideOpen }),
}));

/** Opens a page, from anywhere. */
export function setPage(page: PageId, target?: PageTarget): void {
  useView.getState().setPage(page, target);
}

/** The part of the target that a page has dealt with is not dealt with again when the page is drawn anew. */
function consumeIntent(): void {
  useView.setState(({ target }) => {
    if (target === null) return {};
    const { intent: _intent, subject: _subject, ...rest } = target;
    return { target: rest };
  });
}

/**
 * Does what the page was opened for, once, as soon as there is a handler for it: leave out what cannot be done yet.
 * `subject` is the id of its subject, or undefined.
 */
export function usePageIntent(handlers: Readonly<Record<string, ((subject: string | undefined) => void) | undefined>>): void {
  const intent = useView((view) => view.target?.intent);
  const subject = useView((view) => view.target?.subject);
  const handle = intent === undefined ? undefined : handlers[intent];
  useEffect(() => {
    if (handle === undefined || useView.getState().target?.intent !== intent) return;
    consumeIntent();
    handle(subject);
  }, [handle, intent, subject]);
}
