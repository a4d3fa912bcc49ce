import { Button, Group } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from '@tabler/icons-react';
import type { InstallJob } from '../../../shared/capabilities/models/contract.ts';
import { useModelsChange } from '../../stores/models.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { confirmFirst } from '../../ui/confirm.tsx';
import { IconAct } from '../../ui/icon-act.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeJob } from './job-text.ts';
import { shareOf } from './model-search.ts';
import {
  describeCancel,
  describeCancelConsequence,
  describeCancelQuestion,
  describeClearFinished,
  describeDownloadOf,
  describePause,
  describeProgress,
  describeResume,
  describeStartOver,
  TEXT,
} from './text.ts';

const ENDED: ReadonlySet<InstallJob['state']> = new Set(['completed', 'error', 'cancelled']);

/** Current and finished installs with their progress. */
export function InstallsCard({
  jobs,
  canPause,
  isStale,
}: {
  readonly jobs: readonly InstallJob[];
  readonly canPause: boolean;
  readonly isStale: boolean;
}) {
  const onModels = useModelsChange();
  const hasEnded = jobs.some((job) => ENDED.has(job.state));
  const failed = jobs.filter((job) => job.state === 'error').length;
  const prune = (): void => onModels.attempt((host) => host.models.prune());
  const clearFinished = (): void => {
    if (failed === 0) prune();
    else
      confirmFirst({
        title: TEXT.clearFinishedQuestion,
        consequence: describeClearFinished(failed),
        action: TEXT.clearFinished,
        onConfirm: prune,
      });
  };
  usePageIntent(hasEnded && !isStale ? { 'clear-finished': clearFinished } : {});
  return (
    <Card
      title={TEXT.downloads}
      aside={
        hasEnded ? (
          <Button size="xs" variant="default" disabled={isStale} onClick={clearFinished}>
            {TEXT.clearFinished}
          </Button>
        ) : undefined
      }
    >
      <ul className="models-jobs">
        {[...jobs].reverse().map((job) => (
          <Job key={`${job.jobId} ${job.source}`} job={job} canPause={canPause} isStale={isStale} />
        ))}
      </ul>
    </Card>
  );
}

function Job({ job, canPause, isStale }: { readonly job: InstallJob; readonly canPause: boolean; readonly isStale: boolean }) {
  const onModels = useModelsChange();
  const words = describeJob(job);
  const share = shareOf(job);
  const isOver = ENDED.has(job.state);
  const act = (verb: 'pause' | 'resume' | 'start-over' | 'cancel') =>
    onModels.attempt((host) => host.models.actOnJob({ jobId: job.jobId, verb }));
  const cancel = (): void => {
    if (job.state === 'waiting') act('cancel');
    else
      confirmFirst({
        title: describeCancelQuestion(job.source),
        consequence: describeCancelConsequence(job.bytes),
        action: TEXT.cancelInstall,
        onConfirm: () => act('cancel'),
      });
  };
  const isLoading = job.state === 'downloading' || job.state === 'waiting';
  const isOff = isStale || job.isCancelling;
  return (
    <li className="models-job" data-stale={isStale || undefined}>
      <div className="models-job-head">
        <span className="models-job-name">{job.source}</span>
        <StatusWord tone={isStale ? 'stale' : words.tone} word={words.word} quiet />
        <Group gap={4} wrap="nowrap">
          {canPause && isLoading ? (
            <IconAct label={describePause(job.source)} icon={IconPlayerPause} isOff={isOff} onClick={() => act('pause')} />
          ) : null}
          {job.state === 'paused' && job.needsDecision === null ? (
            <IconAct label={describeResume(job.source)} icon={IconPlayerPlay} isOff={isOff} onClick={() => act('resume')} />
          ) : null}
          {job.state === 'error' || job.needsDecision !== null ? (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconRefresh size={13} aria-hidden />}
              disabled={isOff}
              aria-label={describeStartOver(job.source)}
              onClick={() => act('start-over')}
            >
              {TEXT.startOver}
            </Button>
          ) : null}
          {isOver ? null : <IconAct label={describeCancel(job.source)} icon={IconX} isOff={isOff} onClick={cancel} />}
        </Group>
      </div>
      {isOver && job.state !== 'error' ? null : <ProgressBar label={describeDownloadOf(job.source)} share={share} tone={words.tone} />}
      <p className="models-small ada-quiet">{words.detail}</p>
      {isOver || job.files.length < 2 ? null : (
        <ul className="models-files models-small ada-quiet">
          {job.files.map((file) => (
            <li key={file.name}>
              <span className="models-cut">{file.name}</span>
              <span className="ada-number">{describeProgress(file.bytes, file.totalBytes)}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
