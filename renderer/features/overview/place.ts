import { type PageId, type PageTarget, setPage, useView } from '../../stores/view.ts';

/** Where the window shows more about something: a page, and the place on it. */
export interface Place {
  readonly page: PageId;
  readonly target?: PageTarget;
  /** Whose models the page Models shows. */
  readonly modelsOf?: 'invokeai' | 'comfyui';
}

export function openPlace({ page, target, modelsOf }: Place): void {
  if (modelsOf !== undefined) useView.getState().setModelsOf(modelsOf);
  setPage(page, target);
}
