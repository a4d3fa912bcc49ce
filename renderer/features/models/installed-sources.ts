import type { InstalledModel, ModelsState, StarterModel } from '../../../shared/capabilities/models/contract.ts';
import { repoOfSource } from './source-kind.ts';

/** Whether this source is installed and usable, or being installed, in any variant. */
export function isInstalledOrQueued(source: string, state: Pick<ModelsState, 'models' | 'jobs'>): boolean {
  const wanted = withoutVariant(source);
  return (
    recordsOf(source, state.models).some(isUsable) ||
    state.jobs.some((job) => withoutVariant(job.source) === wanted && !['completed', 'error', 'cancelled'].includes(job.state))
  );
}

/** Whether a repository, or one of its files, is installed and usable. */
export function isInstalledSource(repo: string, models: ModelsState['models']): boolean {
  return (models ?? []).some((model) => isUsable(model) && model.source !== null && (repoOfSource(model.source) ?? model.source) === repo);
}

const recordsOf = (source: string, models: ModelsState['models']): readonly InstalledModel[] =>
  (models ?? []).filter((model) => model.source !== null && withoutVariant(model.source) === withoutVariant(source));

/** InvokeAI keeps records of files that are no model and of models whose files are missing. */
const isUsable = ({ isRecognised, isMissing }: InstalledModel): boolean => isRecognised && !isMissing;

/** Whether a starter is installed; InvokeAI's own flag also counts records that are not usable. */
export function isStarterInstalledOrQueued(starter: StarterModel, state: Pick<ModelsState, 'models' | 'jobs'>): boolean {
  if (isInstalledOrQueued(starter.source, state)) return true;
  return starter.isInstalled && recordsOf(starter.source, state.models).length === 0;
}

/** `org/name:variant::folder`, as InvokeAI writes repos; another folder of the same repo is another model. */
const REPO = /^([\w.-]+\/[\w.-]+)(?::[^:]*)?(?:::?(.+))?$/;

/** Addresses and paths have no variant. */
function withoutVariant(source: string): string {
  const [, repo, folder = ''] = REPO.exec(source) ?? [];
  return repo === undefined ? source : `${repo}::${folder}`;
}
