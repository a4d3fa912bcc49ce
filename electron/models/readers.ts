import {
  type CacheFact,
  HfLogin,
  INSTALL_STATES,
  type InstalledModel,
  type InstallJob,
  type StarterList,
  type StarterModel,
} from '../../shared/contract/models.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../shared/plain-text.ts';
import { redactSecrets } from '../../shared/redact.ts';
import { countOf, type Fields, isRecord, listOf, numberOf, textOf } from '../backends/values.ts';

/** Reads `GET /api/v2/models/` of InvokeAI 4.2 to 6.14; entries without key or name are left out. Sorted by type, main first, then name. */
export function readModels(document: unknown, missing: unknown): InstalledModel[] {
  const gone = new Set(listOf(isRecord(missing) ? missing['models'] : null).map((entry) => entry['key']));
  return listOf(isRecord(document) ? document['models'] : null)
    .flatMap((entry) => {
      const key = textOf(entry['key']);
      const name = textOf(entry['name']);
      if (key === null || name === null) return [];
      const path = textOf(entry['path']);
      return [
        {
          key,
          name,
          base: textOf(entry['base']) ?? 'unknown',
          type: textOf(entry['type']) ?? 'unknown',
          format: textOf(entry['format']) ?? 'unknown',
          bytes: numberOf(entry['file_size']),
          path,
          source: textOf(entry['source']) === null ? null : sourceWords(entry['source']),
          isMissing: gone.has(key),
          isManaged: path !== null && !path.startsWith('/'),
        },
      ];
    })
    .sort((a, b) => rank(a) - rank(b) || a.type.localeCompare(b.type) || a.name.localeCompare(b.name));
}

const rank = (model: InstalledModel): number => (model.type === 'main' ? 0 : 1);

/** Reads `GET /api/v2/models/install`. The access tokens that InvokeAI echoes in it are read by nobody. */
export function readJobs(document: unknown): Omit<InstallJob, 'bytesPerSecond' | 'leftMs'>[] {
  return listOf(document).flatMap((entry) => {
    const jobId = countOf(entry['id']);
    if (jobId === null) return [];
    const parts = listOf(entry['download_parts']);
    const clean = cleaner([entry['source'], ...parts].flatMap((told) => (isRecord(told) ? (textOf(told['access_token']) ?? []) : [])));
    const reason = textOf(entry['error_reason']);
    const text = textOf(entry['error']);
    const stuck = parts.find((part) => part['resume_required'] === true);
    return [
      {
        jobId,
        source: clean(sourceWords(entry['source'])),
        state: INSTALL_STATES.find((state) => state === entry['status']) ?? 'unknown',
        bytes: numberOf(entry['bytes']) ?? 0,
        totalBytes: positive(entry['total_bytes']),
        files: parts.map((part) => ({
          name: clean(fileName(part)),
          bytes: numberOf(part['bytes']) ?? 0,
          totalBytes: positive(part['total_bytes']),
          state: textOf(part['status']) ?? 'unknown',
        })),
        needsDecision: stuck === undefined ? null : clean(textOf(stuck['resume_message']) ?? 'The download broke off.'),
        error: reason === null && text === null ? null : { reason: clean(reason ?? 'error'), text: clean(text ?? 'no reason was given') },
      },
    ];
  });
}

const positive = (value: unknown): number | null => {
  const number = numberOf(value);
  return number !== null && number > 0 ? number : null;
};

/** A source in the words it is asked for with, whatever its form; never with a token. */
export function sourceWords(source: unknown): string {
  if (typeof source === 'string') return withoutSecrets(source);
  if (!isRecord(source)) return 'a source that is not told';
  const repo = textOf(source['repo_id']);
  if (repo !== null) {
    const variant = textOf(source['variant']);
    const subfolder = textOf(source['subfolder']);
    return withoutSecrets(`${repo}:${variant === 'default' || variant === null ? '' : variant}:${subfolder ?? ''}`.replace(/:+$/, ''));
  }
  return withoutSecrets(textOf(source['url']) ?? textOf(source['path']) ?? 'a source that is not told');
}

/** A text of InvokeAI as it may be shown: tokens and signed addresses do not belong on a screen. */
const withoutSecrets = (text: string): string => redactSecrets(plainText(text, MAX_SENTENCE_CHARS));

/** Takes out these tokens as well, which have no form of their own to be known by. */
const cleaner =
  (tokens: readonly string[]) =>
  (text: string): string =>
    withoutSecrets(tokens.filter((token) => token.length >= 6).reduce((left, token) => left.replaceAll(token, '…'), text));

function fileName(part: Fields): string {
  const path = textOf(part['dest']) ?? textOf(part['source']) ?? 'a file';
  const [bare = path] = path.split('?');
  // Where it lies until it is whole is no name of a file.
  return bare
    .split('/')
    .slice(-2)
    .filter((name) => !name.startsWith('tmpinstall_'))
    .join('/');
}

export function readStarters(document: unknown): StarterList {
  const root = isRecord(document) ? document : {};
  const bundles = isRecord(root['starter_bundles']) ? Object.entries(root['starter_bundles']) : [];
  return {
    models: listOf(root['starter_models']).flatMap(starterOf),
    bundles: bundles.flatMap(([id, bundle]) => {
      // Before 6.0 a bundle is the list itself.
      const models = Array.isArray(bundle) ? listOf(bundle) : listOf(isRecord(bundle) ? bundle['models'] : null);
      const sources = models.flatMap((model) => [
        ...needsOf(model),
        ...(textOf(model['source']) === null ? [] : [String(model['source'])]),
      ]);
      const name = isRecord(bundle) ? textOf(bundle['name']) : null;
      return sources.length === 0 ? [] : [{ name: name ?? id, sources: [...new Set(sources)] }];
    }),
  };
}

function starterOf(entry: Fields): StarterModel[] {
  const source = textOf(entry['source']);
  if (source === null) return [];
  return [
    {
      source,
      name: textOf(entry['name']) ?? source,
      description: textOf(entry['description']) ?? '',
      base: textOf(entry['base']) ?? 'unknown',
      type: textOf(entry['type']) ?? 'unknown',
      isInstalled: entry['is_installed'] === true,
      needs: needsOf(entry),
    },
  ];
}

const needsOf = (entry: Fields): string[] => listOf(entry['dependencies']).flatMap((needed) => textOf(needed['source']) ?? []);

/** `"valid"`, `"invalid"`, `"unknown"`; an older version has no such path. */
export function readHfLogin(document: unknown): HfLogin {
  const read = HfLogin.safeParse(document);
  return read.success ? read.data : 'unknown';
}

const CACHE_WORDS: Readonly<Record<string, string>> = {
  max_cache_ram_gb: 'RAM for models that are not in VRAM; unset: half of the RAM',
  max_cache_vram_gb: 'VRAM for models; unset: what is free',
  device_working_mem_gb: 'VRAM kept free for the work itself; more of it helps against running out of memory',
  enable_partial_loading: 'loads a model piece by piece where VRAM is short',
  keep_ram_copy_of_weights: 'faster switching for more RAM',
  model_cache_keep_alive_min: 'minutes until an idle model is let go; 0: never',
  clear_queue_on_startup: 'whether waiting jobs are thrown away at a start',
};

/** The settings of cache and queue from `GET /api/v1/app/runtime_config`; those it does not tell are left out. */
export function readCache(document: unknown): CacheFact[] {
  const config = isRecord(document) && isRecord(document['config']) ? document['config'] : {};
  return Object.entries(CACHE_WORDS).flatMap(([name, said]) =>
    name in config ? [{ name, said, value: config[name] === null ? 'unset' : String(config[name]) }] : [],
  );
}
