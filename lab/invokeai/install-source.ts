import type { LabFault } from '../base/faults.ts';
import type { Files } from '../base/files.ts';
import { sizeOf } from '../base/files.ts';
import { HUB_REPOS, hubFileAt } from '../base/hub-models.ts';
import { INSTALLABLE, type Installable, type InstalledModels, pathOf } from './installed-models.ts';
import { starterInstallable } from './starters.ts';

/** What a source leads to: what is fetched, an answer in place of a job, or a job that fails before its first byte. */
export type ResolvedSource =
  | { readonly kind: 'model'; readonly wanted: Installable; readonly sourceType: 'path' | 'url' | 'hf_repo_id' }
  | {
      readonly kind: 'fails';
      readonly wanted: Installable;
      readonly sourceType: 'path' | 'url';
      readonly reason: string;
      readonly text: string;
    }
  | { readonly kind: 'refused'; readonly status: 409 | 500; readonly detail: string };

/** Folders that InvokeAI's unit does not see: it has ProtectHome=yes. */
const HIDDEN = /^\/(home|root|run\/user)(\/|$)/;
const REPO = /^[^/:]+\/[^/:]+(:[^/:]*)?(:.+)?$/;
const MODEL_FILE = /([^/]+)\.(safetensors|ckpt|gguf|bin)$/i;

/** Reads a source as InvokeAI does: an existing path first, then a repo, then an address. */
export function resolveSource(
  source: string,
  o: { readonly faults: ReadonlySet<LabFault>; readonly files: Files; readonly installed: InstalledModels; readonly hasToken: boolean },
): ResolvedSource {
  const atPath = HIDDEN.test(source) ? null : inspect(source, o.files, o.installed);
  if (atPath === 'folder')
    return { ...failing(source, 'path'), reason: 'ValueError', text: `${source}: No model files found in this directory` };
  if (atPath !== null) return { kind: 'model', sourceType: 'path', wanted: atPath };
  if (REPO.test(source)) return ofRepo(source, o);
  if (!/^https?:\/\/[^/]+/.test(source)) return { kind: 'refused', status: 409, detail: `Unsupported model source: '${source}'` };
  if (o.faults.has('gated-repo') && !o.hasToken) return { ...failing(source, 'url'), reason: 'HTTPError', text: 'Unauthorized' };
  if (/\/not-there\b/.test(source)) return { ...failing(source, 'url'), reason: 'HTTPError', text: 'Not Found' };
  const file = hubFileAt(source.split(/[?#]/)[0] ?? '');
  if (file !== null && file.repo.gated !== false && !o.hasToken)
    return { ...failing(source, 'url'), reason: 'HTTPError', text: 'Unauthorized' };
  if (file !== null) {
    const { base, type } = file.repo;
    return { kind: 'model', sourceType: 'url', wanted: { ...byName(source, file.bytes), base, type } };
  }
  return { kind: 'model', sourceType: 'url', wanted: byName(source, 1_990_000_000) };
}

/** A repository of the simulated Hugging Face, in the variant that the source names; null = there is none. */
function ofHub(source: string): Installable | null {
  const [id = '', variant = ''] = source.split(':');
  const repo = HUB_REPOS.find((known) => known.id === id);
  if (repo === undefined) return null;
  const isHalf = ([path]: readonly [string, number]): boolean => path.includes('.fp16.');
  const parts = repo.files.filter(([path]) => /\.json$|model.*\.safetensors$|lora_weights\.safetensors$/.test(path));
  const hasHalf = parts.some(isHalf);
  const files = parts.filter((file) => !file[0].endsWith('.safetensors') || !hasHalf || isHalf(file) === (variant === 'fp16'));
  if (files.length === 0) return null;
  const { base, type, gated } = repo;
  const name = id.slice(id.indexOf('/') + 1);
  return { source, name, base, type, description: '', isGated: gated !== false, files: files.map(([path, bytes]) => ({ path, bytes })) };
}

const failing = <T extends 'path' | 'url'>(source: string, sourceType: T) =>
  ({ kind: 'fails', sourceType, wanted: { ...EMPTY, source } }) as const;

function ofRepo(source: string, o: { readonly faults: ReadonlySet<LabFault>; readonly hasToken: boolean }): ResolvedSource {
  const [repo = ''] = source.split(':');
  const known =
    INSTALLABLE.find((entry) => entry.source === repo || entry.source === source) ?? starterInstallable(source) ?? ofHub(source);
  const refused = { kind: 'refused', status: 500, detail: 'Internal Server Error' } as const;
  if (known === null) return refused;
  if ((known.isGated || o.faults.has('gated-repo')) && !o.hasToken) return refused;
  return { kind: 'model', sourceType: 'hf_repo_id', wanted: { ...known, source } };
}

function inspect(path: string, files: Files, installed: InstalledModels): Installable | 'folder' | null {
  const managed = installed.all().find((model) => pathOf(model) === path && !installed.isMissing(model.key));
  if (managed !== undefined) return byName(path, managed.fileBytes);
  if (!path.startsWith('/')) return null;
  if (files.isFolder(path)) return 'folder';
  try {
    const file = files.stat(path, 'root');
    // What has real contents here is a text, which no probe takes for a model.
    return file.hollow === undefined ? { ...byName(path, sizeOf(file)), base: 'unknown', type: 'unknown' } : byName(path, sizeOf(file));
  } catch {
    return null;
  }
}

/** A single file without a description: a model by its name, or an unknown one in InvokeAI's terms. */
function byName(source: string, bytes: number): Installable {
  const file = MODEL_FILE.exec(source.split(/[?#]/)[0] ?? '');
  const last = source.split(/[/?#]/).filter(Boolean).pop() ?? 'model';
  if (file === null) {
    return { ...EMPTY, source, name: last, base: 'unknown', type: 'unknown', files: [{ path: last, bytes: Math.min(bytes, 48_213) }] };
  }
  const [path = last, name = last] = file;
  return { ...EMPTY, source, name, base: /xl/i.test(name) ? 'sdxl' : 'sd-1', files: [{ path, bytes }] };
}

const EMPTY: Installable = { source: '', name: '', base: 'sd-1', type: 'main', description: '', isGated: false, files: [] };
