import { isRecord } from '../../../../shared/record.ts';
import { listOf, textOf } from '../../backends/values.ts';

/** What the images shim lists. */
export interface ShimModels {
  /** Names of the models of the backend that make images. */
  readonly installed: readonly string[];
  readonly keys: readonly string[];
  readonly presetCount: number;
  /** Why it could not read the models of the backend; null = it could. */
  readonly upstreamError: string | null;
}

/** Reads `GET /v1/models?raw=true` of the images shim and of the earlier one in Python; null = it is no such list. Never throws. */
export function readImageNames(document: unknown): ShimModels | null {
  if (!isRecord(document) || !Array.isArray(document['data'])) return null;
  const entries = listOf(document['data']);
  const raw = document['shim'];
  const ofBackend = entries.filter((entry) => {
    const metadata = entry['metadata'];
    return entry['owned_by'] !== 'shim' && (!isRecord(metadata) || metadata['type'] === undefined || metadata['type'] === 'main');
  });
  return {
    installed: ofBackend.flatMap((entry) => textOf(entry['name']) ?? textOf(entry['id']) ?? []),
    keys: ofBackend.flatMap((entry) => {
      const { metadata } = entry;
      return [textOf(entry['id']), isRecord(metadata) ? textOf(metadata['key']) : null].filter((key) => key !== null);
    }),
    presetCount: entries.filter((entry) => entry['owned_by'] === 'shim').length,
    upstreamError: isRecord(raw) ? textOf(raw['upstream_error']) : null,
  };
}
