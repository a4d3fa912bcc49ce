import type { HubFile, HubOffer } from '../../../../shared/capabilities/models/hub-contract.ts';

/** Formats of weights; `.ckpt`, `.pt`, `.pth` and `.bin` are pickles. */
const WEIGHTS = /\.(safetensors|sft|gguf|ckpt|bin|pt|pth)$/i;
const PICKLE = /\.(ckpt|bin|pt|pth)$/i;
const SHARD = /^(.*)-\d{1,6}-of-\d{1,6}(\.\w{1,12})$/;
const MAX_FILE_OFFERS = 60;
/** Whole repositories are offered in the precisions that people choose between. */
const VARIANTS = ['fp16', null] as const;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function byFolder(files: readonly HubFile[]): readonly (readonly HubFile[])[] {
  const folders = new Map<string, HubFile[]>();
  for (const file of files) {
    const inFolder = folders.get(folderOf(file.path));
    if (inFolder === undefined) folders.set(folderOf(file.path), [file]);
    else inFolder.push(file);
  }
  return [...folders.values()];
}

const sizeOf = (files: readonly HubFile[]): number | null =>
  files.reduce<number | null>((sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes), 0);

/**
 * What InvokeAI can install of a repository, with the files it would fetch: the repository where it holds a model of diffusers, and each
 * file of weights that is no part of that. The recommended choice comes first. `site` has no slash at its end.
 */
export function readOffers(id: string, site: string, files: readonly HubFile[]): HubOffer[] {
  const isDiffusers = files.some(({ path }) => /(^|\/)(model_index|config)\.json$/.test(path));
  const repositories = isDiffusers ? repositoryOffers(id, files) : [];
  const componentFolders = new Set(
    isDiffusers ? files.filter(({ path }) => path.endsWith('/config.json')).map(({ path }) => folderOf(path)) : [],
  );
  const inRepository = new Set(repositories.flatMap((offer) => offer.files.map(({ path }) => path)));
  const singles = files
    .filter(({ path }) => WEIGHTS.test(path) && !SHARD.test(path) && !componentFolders.has(folderOf(path)) && !inRepository.has(path))
    .toSorted((a, b) => Number(PICKLE.test(a.path)) - Number(PICKLE.test(b.path)) || a.path.localeCompare(b.path))
    .slice(0, MAX_FILE_OFFERS)
    .map(
      (file): HubOffer => ({
        source: `${site}/${id}/resolve/main/${file.path.split('/').map(encodeURIComponent).join('/')}`,
        kind: 'file',
        label: file.path,
        files: [file],
        bytes: file.bytes,
        largestPartBytes: file.bytes,
        isPickle: PICKLE.test(file.path),
      }),
    );
  return [...repositories, ...singles];
}

function repositoryOffers(id: string, files: readonly HubFile[]): HubOffer[] {
  const hasHalf = files.some(({ path }) => variantOf(path) === 'fp16');
  return VARIANTS.flatMap((variant) => {
    if (variant !== null && !hasHalf) return [];
    const chosen = chosenFiles(files, variant);
    const weights = chosen.filter(({ path }) => WEIGHTS.test(path));
    if (weights.length === 0) return [];
    const parts = byFolder(weights).map(sizeOf);
    return [
      {
        source: variant === null ? id : `${id}:${variant}`,
        kind: 'repository',
        label: variant,
        files: [...chosen],
        bytes: sizeOf(chosen),
        largestPartBytes: parts.includes(null) ? null : Math.max(...parts.map((part) => part ?? 0)),
        isPickle: weights.some(({ path }) => PICKLE.test(path)),
      },
    ];
  });
}

/** `fp16` of `model.fp16.safetensors` and `model.fp16-00001-of-00002.safetensors`; null = no variant. */
function variantOf(path: string): string | null {
  return /^[^.]{1,200}\.([a-z]{1,3}\d{1,3})(?:-\d{1,6}-of-\d{1,6})?\.\w{1,12}$/i.exec(nameOf(path))?.[1]?.toLowerCase() ?? null;
}

/** Names by which InvokeAI knows a file as a part of a model of diffusers. */
function isPart(path: string): boolean {
  const name = nameOf(path);
  if (/\.(json|txt|jinja)$/.test(name)) return true;
  if (/(learned_embeds\.bin|ip_adapter\.bin|lora_weights\.safetensors|spiece\.model)$/.test(name)) return true;
  return name.includes('model') && WEIGHTS.test(name) && !/(openvino|flax)_model/.test(name);
}

/**
 * The files that InvokeAI fetches of a repository: texts, and of each folder the weights of the variant, safetensors before pickles. A
 * folder without any variant is fetched as it is.
 */
function chosenFiles(files: readonly HubFile[], variant: string | null): readonly HubFile[] {
  const parts = files.filter(({ path }) => isPart(path));
  const texts = parts.filter(({ path }) => !WEIGHTS.test(path));
  const weights = byFolder(parts.filter(({ path }) => WEIGHTS.test(path))).flatMap((inFolder) => {
    if (!inFolder.some(({ path }) => variantOf(path) === 'fp16')) return inFolder;
    const score = ({ path }: HubFile): number => Number(!PICKLE.test(path)) + Number(variantOf(path) === variant);
    const best = inFolder.reduce((a, b) => (score(b) > score(a) ? b : a));
    const [, stem, ending] = SHARD.exec(best.path) ?? [];
    return stem === undefined ? [best] : inFolder.filter(({ path }) => path.startsWith(`${stem}-`) && path.endsWith(ending ?? ''));
  });
  // The configuration of a part without weights is not fetched.
  return byFolder([...texts, ...weights]).flatMap((inFolder) =>
    inFolder.length === 1 && inFolder.every(({ path }) => nameOf(path) === 'config.json') ? [] : inFolder,
  );
}
