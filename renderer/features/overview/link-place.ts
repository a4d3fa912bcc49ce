import type { Link } from '../../../shared/diagnosis/types.ts';
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

/** The page that shows more about a link of the chain: its unit on Services where it has one. */
export function placeOfLink({ id, unit }: Pick<Link, 'id' | 'unit'>): Place {
  switch (id) {
    case 'computer':
      return { page: 'settings', target: { section: 'settings-ssh' } };
    case 'host':
      return { page: 'settings', target: { section: 'settings-hosts' } };
    case 'gpu':
    case 'gateway':
      return { page: id };
    default:
      return { page: 'services', ...(unit === null ? {} : { target: { unit } }) };
  }
}
