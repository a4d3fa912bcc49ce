import { create } from 'zustand';
import type { ImportedParameters } from '../../../../shared/capabilities/gallery/contract.ts';
import { applyParameters } from '../form/apply-parameters.ts';
import type { ImportPlan } from './plan-import.ts';
import { describeApplied } from './text.ts';

interface ImportedStore {
  /** What the last dropped, pasted or picked image said; null when that was dismissed. */
  readonly imported: ImportedParameters | null;
  /** Its values are in the form. */
  readonly isApplied: boolean;
}

const useImportedStore = create<ImportedStore>(() => ({ imported: null, isApplied: false }));

export const useImported = (): ImportedStore => useImportedStore();

/** Offers what an image says; the form changes when that is applied. Null dismisses it. */
export function receiveImported(imported: ImportedParameters | null): void {
  useImportedStore.setState({ imported, isApplied: false });
}

/** Puts the values into the form and offers the form that was there before. */
export function applyImported({ source }: ImportedParameters, { parameters }: ImportPlan): void {
  applyParameters(parameters, { message: describeApplied(source ?? ''), onUndone: () => receiveImported(null) });
  useImportedStore.setState({ isApplied: true });
}
