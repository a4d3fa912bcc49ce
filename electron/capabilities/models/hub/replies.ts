import type { HubDetails, HubFile, HubModel } from '../../../../shared/capabilities/models/hub-contract.ts';
import { HubRepoId } from '../../../../shared/capabilities/models/hub-contract.ts';
import { MAX_NAME_CHARS, plainText } from '../../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../../shared/record.ts';
import { countOf } from '../../backends/values.ts';
import { baseModelOf, baseOf, typeOf } from './base-model.ts';

const MAX_TAGS = 200;
const MAX_FILES = 5_000;
const MAX_PATH_CHARS = 500;

/** Reads `GET /api/models?search=…&full=true`; entries without a usable id are left out. */
export function readHubModels(document: unknown): HubModel[] {
  return (Array.isArray(document) ? document : []).slice(0, 200).flatMap((entry) => readHubModel(entry) ?? []);
}

/** One model as lists and `GET /api/models/ID` report it; null where its id is none. */
export function readHubModel(entry: unknown): HubModel | null {
  if (!isRecord(entry)) return null;
  const id = HubRepoId.safeParse(entry['id'] ?? entry['modelId']);
  if (!id.success) return null;
  const tags = tagsOf(entry);
  const updatedAt = Date.parse(typeof entry['lastModified'] === 'string' ? entry['lastModified'].slice(0, 40) : '');
  return {
    id: id.data,
    pipeline: nameOf(entry['pipeline_tag']),
    library: nameOf(entry['library_name']),
    base: baseOf(id.data, tags),
    type: typeOf(tags),
    downloads: countOf(entry['downloads']),
    likes: countOf(entry['likes']),
    updatedAt: Number.isNaN(updatedAt) ? null : updatedAt,
    licence: licenceOf(entry, tags),
    gated: gatedOf(entry['gated']),
    isPrivate: entry['private'] === true,
  };
}

/** What `GET /api/models/ID` reports beside the model. */
export function readHubExtras(entry: unknown): Pick<HubDetails, 'licenceName' | 'baseModel'> {
  const card = isRecord(entry) && isRecord(entry['cardData']) ? entry['cardData'] : {};
  return { licenceName: nameOf(card['license_name']), baseModel: isRecord(entry) ? nameOf(baseModelOf(tagsOf(entry))) : null };
}

/** The files of `GET /api/models/ID?blobs=true`; sizes of large files are those of the files, not of their pointers. */
export function readSiblings(entry: unknown): HubFile[] {
  const siblings = isRecord(entry) && Array.isArray(entry['siblings']) ? entry['siblings'] : [];
  return filesOf(siblings, (file) => file['rfilename']);
}

/** The files of `GET /api/models/ID/tree/main?recursive=true`. */
export function readTree(document: unknown): HubFile[] {
  const entries = Array.isArray(document) ? document : [];
  return filesOf(
    entries.filter((file) => isRecord(file) && file['type'] === 'file'),
    (file) => file['path'],
  );
}

function filesOf(entries: readonly unknown[], pathOf: (file: Fields) => unknown): HubFile[] {
  return entries
    .slice(0, MAX_FILES)
    .filter(isRecord)
    .flatMap((file) => {
      const path = pathOf(file);
      // A path that is changed to be shown would be another path.
      if (typeof path !== 'string' || path === '' || path !== plainText(path, MAX_PATH_CHARS)) return [];
      const lfs = isRecord(file['lfs']) ? file['lfs'] : {};
      const sha256 = lfs['sha256'] ?? lfs['oid'];
      return [
        {
          path,
          bytes: countOf(lfs['size']) ?? countOf(file['size']),
          sha256: typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
        },
      ];
    });
}

const nameOf = (value: unknown): string | null => (typeof value === 'string' ? plainText(value, MAX_NAME_CHARS) || null : null);

function tagsOf(entry: Fields): readonly string[] {
  const tags = Array.isArray(entry['tags']) ? entry['tags'] : [];
  return tags.slice(0, MAX_TAGS).flatMap((tag) => nameOf(tag) ?? []);
}

function licenceOf(entry: Fields, tags: readonly string[]): string | null {
  const card = isRecord(entry['cardData']) ? entry['cardData'] : {};
  const stated = Array.isArray(card['license']) ? card['license'][0] : card['license'];
  return nameOf(stated) ?? tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? null;
}

function gatedOf(value: unknown): HubModel['gated'] {
  if (value === false) return 'no';
  if (value === 'auto' || value === true) return 'automatic';
  return value === 'manual' ? 'manual' : 'unknown';
}
