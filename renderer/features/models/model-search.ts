import type { InstalledModel, InstallJob, StarterModel } from '../../../shared/capabilities/models/contract.ts';
import { describeBase, describeType } from './text.ts';

/** How much of a download has arrived, 0 to 1; null = unknown. */
export const shareOf = ({ bytes, totalBytes }: Pick<InstallJob, 'bytes' | 'totalBytes'>): number | null =>
  totalBytes === null || totalBytes <= 0 ? null : Math.min(1, bytes / totalBytes);

export interface ModelFilter {
  readonly search: string;
  readonly type: string | null;
}

export function filtered(models: readonly InstalledModel[], { search, type }: ModelFilter): readonly InstalledModel[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text =
      `${model.name} ${model.base} ${describeBase(model.base)} ${model.type} ${model.format} ${model.source ?? ''}`.toLowerCase();
    return (type === null || model.type === type) && words.every((word) => text.includes(word));
  });
}

/** The starters whose name, description, base or type holds every word of the search. */
export function searchedStarters(starters: readonly StarterModel[], search: string): readonly StarterModel[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return starters.filter(({ name, description, base, type, source }) => {
    const text = `${name} ${description} ${base} ${describeBase(base)} ${describeType(type)} ${source}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What a set of starters takes: the sum of the sizes that are stated, and how many state none. */
export function sizeOfAll(
  sources: readonly string[],
  starters: readonly StarterModel[],
): { readonly bytes: number; readonly unknown: number } {
  const sizes = sources.map((source) => starters.find((starter) => starter.source === source)?.bytes ?? null);
  return { bytes: sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0), unknown: sizes.filter((bytes) => bytes === null).length };
}
