import type { HubRepo } from '../base/hub-models.ts';
import { HUB_REPOS } from '../base/hub-models.ts';
import { INVENTED_STARTERS, type LabStarter, starterInstallable } from './starters.ts';

const BASE_TAGS: Readonly<Record<string, string>> = {
  sdxl: 'base_model:stabilityai/stable-diffusion-xl-base-1.0',
  flux: 'base_model:black-forest-labs/FLUX.1-dev',
  'sd-3': 'base_model:stabilityai/stable-diffusion-3.5-large',
};
const IN_REPO = /^https:\/\/huggingface\.co\/([^/]+\/[^/]+)\/resolve\/main\/(.+)$/;

/** The repository that an invented starter comes from; its files have the sizes that InvokeAI fetches. */
function repoOf(starter: LabStarter): HubRepo {
  const { source, base, type } = starter;
  const [, inRepo, path] = IN_REPO.exec(source) ?? [];
  const id = inRepo ?? source.split(':')[0] ?? source;
  const name = id.slice(id.indexOf('/') + 1);
  const bytes = starterInstallable(source)?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
  const weights = path ?? 'diffusion_pytorch_model.safetensors';
  const tag = BASE_TAGS[base];
  return {
    id,
    base,
    type,
    pipeline: type === 'main' ? 'text-to-image' : null,
    library: 'diffusers',
    tags: [...(type === 'main' ? [] : [type]), ...(tag === undefined ? [] : [tag])],
    downloads: 900 + name.length * 37,
    likes: name.length,
    updated: '2026-03-02T09:00:00.000Z',
    licence: base.startsWith('flux') ? 'apache-2.0' : 'openrail++',
    gated: false,
    files: [['README.md', 4_096], ...(path === undefined ? ([['config.json', 1_024]] as const) : []), [weights, bytes]],
  };
}

/** All repositories of the simulated Hugging Face, those of the starters among them. */
export const LAB_HUB_REPOS: readonly HubRepo[] = (() => {
  const repos = new Map(HUB_REPOS.map((repo) => [repo.id, repo]));
  for (const repo of INVENTED_STARTERS.map(repoOf)) {
    const known = repos.get(repo.id);
    // Several starters are files of one repository.
    repos.set(repo.id, known === undefined ? repo : { ...known, files: [...known.files, ...repo.files.slice(-1)] });
  }
  return [...repos.values()];
})();
