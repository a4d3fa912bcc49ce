import type { Notice } from '../../../shared/capabilities/app/contract.ts';
import type { InstallJob, ModelsState } from '../../../shared/capabilities/models/contract.ts';

/** What a notice says of an install that has ended. */
export interface EndedInstall {
  readonly tone: Notice['tone'];
  readonly message: string;
}

const isOver = ({ state }: InstallJob): boolean => state === 'completed' || state === 'error';

/** The installs that ended between two states: completed, not recognised or failed. A job that was over when it was first seen is old. */
export function describeEndedInstalls(before: Pick<ModelsState, 'jobs'>, after: Pick<ModelsState, 'jobs'>): readonly EndedInstall[] {
  return after.jobs.filter(isOver).flatMap((job): readonly EndedInstall[] => {
    const known = before.jobs.find(({ jobId, source }) => jobId === job.jobId && source === job.source);
    if (known === undefined || isOver(known)) return [];
    if (job.state === 'error') return [{ tone: 'bad', message: `Install of ${job.source} failed` }];
    return job.isRecognised === false
      ? [{ tone: 'warning', message: `Installed ${job.source}, which InvokeAI does not recognise as a model` }]
      : [{ tone: 'good', message: `Installed ${job.source}` }];
  });
}
