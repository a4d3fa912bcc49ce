import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { InstalledModel } from '../../../shared/capabilities/models/contract.ts';
import { isReservedKey } from '../../../shared/lookup.ts';
import { isRecord } from '../../../shared/record.ts';

const MAX_MODELS = 2_000;

/** When models were used last, as far as it was seen; epoch ms by key. */
export interface LastUsed {
  /** A job of InvokeAI used these models. */
  noteJob(keys: readonly string[], atMs: number): void;
  /** The times of these models: of the jobs seen, and of the images of this panel that name them. Models without a time are left out. */
  of(models: readonly Pick<InstalledModel, 'key' | 'name'>[]): Readonly<Record<string, number>>;
  /** Images of this panel, made on this host. */
  noteImages(images: readonly Pick<GalleryImage, 'modelUsed' | 'parameters' | 'createdAt'>[]): void;
}

/** `recall` and `remember` keep the times of jobs over a restart of the panel. */
export function createLastUsed(o: {
  readonly recall: () => unknown;
  readonly remember: (times: Readonly<Record<string, number>>) => void;
}): LastUsed {
  const ofJobs = new Map<string, number>();
  const recalled = o.recall();
  for (const [key, at] of Object.entries(isRecord(recalled) ? recalled : {}).slice(0, MAX_MODELS))
    if (typeof at === 'number' && Number.isFinite(at)) ofJobs.set(key, at);
  let ofImages = new Map<string, number>();
  return {
    noteJob: (keys, atMs) => {
      const before = ofJobs.size;
      let isNewer = false;
      for (const key of keys) {
        if (isReservedKey(key) || (ofJobs.get(key) ?? 0) >= atMs) continue;
        if (ofJobs.size >= MAX_MODELS && !ofJobs.has(key)) continue;
        ofJobs.set(key, atMs);
        isNewer = true;
      }
      if (isNewer || ofJobs.size !== before) o.remember(Object.fromEntries(ofJobs));
    },
    noteImages: (images) => {
      ofImages = new Map();
      for (const { modelUsed, parameters, createdAt } of images) {
        const name = modelUsed ?? parameters.model;
        if (name !== null && (ofImages.get(name) ?? 0) < createdAt) ofImages.set(name, createdAt);
      }
    },
    of: (models) =>
      Object.fromEntries(
        models.flatMap(({ key, name }): readonly (readonly [string, number])[] => {
          const at = Math.max(ofJobs.get(key) ?? 0, ofImages.get(name) ?? 0);
          return at === 0 || isReservedKey(key) ? [] : [[key, at]];
        }),
      ),
  };
}

const MAX_NODES = 500;
const MAX_KEYS = 50;

/** The keys of the models that the graph of a queue item names; at most 50. */
export function modelKeysOf(item: unknown): readonly string[] {
  const session = isRecord(item) && isRecord(item['session']) ? item['session'] : {};
  const graph = isRecord(session['graph']) ? session['graph'] : {};
  const nodes = isRecord(graph['nodes']) ? Object.values(graph['nodes']).slice(0, MAX_NODES) : [];
  const keys = new Set<string>();
  for (const node of nodes) {
    if (!isRecord(node)) continue;
    for (const value of Object.values(node)) {
      const key = isRecord(value) && typeof value['type'] === 'string' ? value['key'] : null;
      if (typeof key === 'string' && key.length <= 200 && keys.size < MAX_KEYS) keys.add(key);
    }
  }
  return [...keys];
}
