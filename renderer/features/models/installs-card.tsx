import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRefresh, IconX, type TablerIcon } from '@tabler/icons-react';
import type { InstallJob } from '../../../shared/contract/models.ts';
import { formatBytes } from '../../../shared/units.ts';
import { bridge } from '../../bridge.ts';
import { tryModels } from '../../stores/models.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { jobInWords, shareOf } from './words.ts';

const ENDED: ReadonlySet<InstallJob['state']> = new Set(['completed', 'error', 'cancelled']);

/** Every install that is under way or just ended, with its progress file by file. */
export function InstallsCard({
  jobs,
  canPause,
  isStale,
}: {
  readonly jobs: readonly InstallJob[];
  readonly canPause: boolean;
  readonly isStale: boolean;
}) {
  const hasEnded = jobs.some((job) => ENDED.has(job.state));
  return (
    <Card
      title="Installs"
      aside={
        hasEnded ? (
          <Button size="xs" variant="default" disabled={isStale} onClick={() => tryModels(() => bridge.models.prune())}>
            Take ended ones off
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
  const words = jobInWords(job);
  const share = shareOf(job);
  const isOver = ENDED.has(job.state);
  const act = (verb: 'pause' | 'resume' | 'restart' | 'cancel') => tryModels(() => bridge.models.actOnJob({ jobId: job.jobId, verb }));
  const isLoading = job.state === 'downloading' || job.state === 'waiting';
  return (
    <li className="models-job" data-stale={isStale || undefined}>
      <div className="models-job-head">
        <span className="models-job-name">{job.source}</span>
        <StatusWord tone={isStale ? 'stale' : words.tone} word={words.word} quiet />
        <Group gap={4} wrap="nowrap">
          {canPause && isLoading ? (
            <Act label={`Pause ${job.source}`} icon={IconPlayerPause} isOff={isStale} onClick={() => act('pause')} />
          ) : null}
          {job.state === 'paused' ? (
            <Act label={`Go on with ${job.source}`} icon={IconPlayerPlay} isOff={isStale} onClick={() => act('resume')} />
          ) : null}
          {canPause && (job.state === 'error' || job.needsDecision !== null) ? (
            <Act label={`Fetch ${job.source} again from the beginning`} icon={IconRefresh} isOff={isStale} onClick={() => act('restart')} />
          ) : null}
          {isOver ? null : <Act label={`Cancel ${job.source}`} icon={IconX} isOff={isStale} onClick={() => act('cancel')} />}
        </Group>
      </div>
      {isOver && job.state !== 'error' ? null : (
        <div
          className="models-bar"
          role="progressbar"
          aria-label={`Download of ${job.source}`}
          aria-valuemin={0}
          aria-valuemax={100}
          {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })}
        >
          <span data-tone={words.tone} style={{ width: `${(share ?? 0) * 100}%` }} />
        </div>
      )}
      <p className="models-small ada-quiet">{words.detail}</p>
      {isOver || job.files.length < 2 ? null : (
        <ul className="models-files models-small ada-quiet">
          {job.files.map((file) => (
            <li key={file.name}>
              <span className="models-cut">{file.name}</span>
              <span className="ada-number">
                {file.totalBytes === null ? formatBytes(file.bytes) : `${formatBytes(file.bytes)} of ${formatBytes(file.totalBytes)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

interface ActProps {
  readonly label: string;
  readonly icon: TablerIcon;
  readonly isOff: boolean;
  readonly onClick: () => void;
}

function Act({ label, icon: Icon, isOff, onClick }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="sm" aria-label={label} disabled={isOff} onClick={onClick}>
        <Icon size={14} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
