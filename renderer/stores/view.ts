import { create } from 'zustand';

/** The id of a page in renderer/pages.tsx. */
export type PageId = string;

/** What a page should show when it is opened from elsewhere; times in epoch ms. */
export interface PageTarget {
  readonly unit?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

interface View {
  readonly page: PageId;
  /** Set by whoever opened the page; null when it was opened from the navigation. */
  readonly target: PageTarget | null;
  /** Whose models the Models page shows. */
  readonly modelsOf: 'invokeai' | 'comfyui';
  readonly isNoticeListOpen: boolean;
  readonly isAddHostOpen: boolean;
  setPage(page: PageId, target?: PageTarget): void;
  setModelsOf(program: 'invokeai' | 'comfyui'): void;
  setNoticeListOpen(isOpen: boolean): void;
  setAddHostOpen(isOpen: boolean): void;
}

/** Which page is shown, and what lies over it. */
export const useView = create<View>((set) => ({
  page: 'overview',
  target: null,
  modelsOf: 'invokeai',
  isNoticeListOpen: false,
  isAddHostOpen: false,
  setPage: (page, target) => set({ page, target: target ?? null }),
  setModelsOf: (modelsOf) => set({ modelsOf }),
  setNoticeListOpen: (isNoticeListOpen) => set({ isNoticeListOpen }),
  setAddHostOpen: (isAddHostOpen) => set({ isAddHostOpen }),
}));

/** Opens a page, from anywhere. */
export function setPage(page: PageId, target?: PageTarget): void {
  useView.getState().setPage(page, target);
}
