import { Button } from '@mantine/core';
import { IconBrush } from '@tabler/icons-react';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { ImageParameters, ImageRun, RemoteWork, RouteId } from '../../../shared/capabilities/images/contract.ts';
import { formatDuration } from '../../../shared/format.ts';
import { metricOf } from '../../../shared/gpu-row.ts';
import { useGatewayState } from '../../stores/gateway.ts';
import { useGpuStatus, useLatestRow } from '../../stores/gpu.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useCurrentRunId, useRun } from '../../stores/runs.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';
import { imagesRow } from '../gateway/admission-rows.ts';
import { describeSlots, describeSlotsInUse } from '../gateway/text.ts';
import { FinishedRun } from './finished-run.tsx';
import { usePickedRun } from './runs/picked-run.ts';
import { cancelRuns, removeRuns, retryRuns } from './runs/run-actions.ts';
import { describeEnd, describeParameters, describePlace, describeStage, RUN_TEXT } from './runs/text.ts';
import { TimeLeftText } from './runs/time-left-text.tsx';
import { describeFailed, describeFinished, describeVram, TEXT } from './text.ts';

export interface RunCardProps {
  readonly onAgain: (parameters: ImageParameters, route: RouteId, o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: (image: GalleryImage) => void;
}

/** The picked run, else the one at work or the last that ended: its progress, its result, or the reason of its failure. */
export function RunCard({ onAgain: againWith, onCompare: compareWith }: RunCardProps) {
  const hostId = useHostId();
  const current = useCurrentRunId();
  const [picked] = usePickedRun();
  const pickedRun = useRun(picked);
  const currentRun = useRun(current);
  const run = pickedRun ?? currentRun;
  if (run === null) {
    return (
      <Card className="play-run">
        <EmptyState icon={IconBrush} title={TEXT.noRunTitle}>
          {TEXT.noRunBody}
        </EmptyState>
      </Card>
    );
  }
  const { phase } = run;
  const onAgain = (o: { readonly reuseSeed: boolean }): void => againWith(run.parameters, run.route, o);
  const onCompare = (pictureId: string): void => {
    const image = phase.kind === 'done' ? phase.images.find((made) => made.pictureId === pictureId) : undefined;
    if (image !== undefined) compareWith(image);
  };
  const retry = (): void => retryRuns(hostId, [run.runId]);
  switch (phase.kind) {
    case 'waiting':
      return <WaitingRun run={run} phase={phase} />;
    case 'running':
      return <RunningRun run={run} phase={phase} />;
    case 'done':
      return <FinishedRun key={run.runId} run={run} phase={phase} onAgain={onAgain} onCompare={onCompare} />;
    case 'cancelled':
      return (
        <Card className="play-run">
          <EmptyState
            icon={IconBrush}
            title={describeEnd(run)}
            action={
              <Button size="sm" onClick={retry}>
                {RUN_TEXT.retry}
              </Button>
            }
          >
            {phase.saved === 0 ? null : describeFinished(phase.saved, run.parameters.count)}
            {TEXT.settingsUnchanged}
          </EmptyState>
          <div className="play-remote" role="status">
            <StatusWord tone={REMOTE_TONES[phase.remote.state]} word={phase.remote.message} />
          </div>
          {run.route === 'gateway' ? <Meanwhile /> : null}
        </Card>
      );
    case 'failed':
      return (
        <ErrorNotice
          error={phase.error}
          details={[phase.error.message, phase.error.hint, ...phase.found, phase.error.detail ?? '', run.curl ?? '']
            .filter(Boolean)
            .join('\n')}
          action={
            <Button size="xs" variant="filled" onClick={retry}>
              {RUN_TEXT.retry}
            </Button>
          }
        >
          {phase.found.length === 0 ? null : (
            <ul className="play-found" aria-label={TEXT.found}>
              {phase.found.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          )}
          <p className="ada-quiet play-small">
            {describeFailed({ elapsedMs: phase.elapsedMs, route: run.route, seed: run.parameters.seed })}
          </p>
        </ErrorNotice>
      );
  }
}

const REMOTE_TONES: Readonly<Record<RemoteWork['state'], Tone>> = {
  checking: 'busy',
  ended: 'good',
  'going-on': 'warning',
  unknown: 'unknown',
};

type Running = Extract<ImageRun['phase'], { kind: 'running' }>;

function RunningRun({ run, phase }: { readonly run: ImageRun; readonly phase: Running }) {
  const hostId = useHostId();
  const nowMs = useNow();
  const { width, height, count } = run.parameters;
  return (
    <Card className="play-run">
      <div className="play-stage" style={{ aspectRatio: `${width} / ${height}` }}>
        {phase.preview === null ? (
          <IconBrush size={34} stroke={1.2} aria-hidden />
        ) : (
          <img src={phase.preview} alt={TEXT.preview} className="play-preview" />
        )}
      </div>
      <div className="play-working">
        <StatusWord tone="busy" word={describeStage(phase, count)} />
        <span className="play-working-times">
          <TimeLeftText timeLeft={phase.timeLeft} />
          <span className="ada-number ada-quiet">{formatDuration(Math.max(0, nowMs - run.startedAt))}</span>
        </span>
        <Button size="xs" variant="default" onClick={() => cancelRuns(hostId, [run.runId])}>
          {TEXT.cancel}
        </Button>
      </div>
      <ProgressBar label={TEXT.progress} share={phase.share} tone="busy" />
      <Meanwhile />
    </Card>
  );
}

type Waiting = Extract<ImageRun['phase'], { kind: 'waiting' }>;

/** A run that was not sent yet, and what it waits for. */
function WaitingRun({ run, phase }: { readonly run: ImageRun; readonly phase: Waiting }) {
  const hostId = useHostId();
  return (
    <Card className="play-run">
      <EmptyState
        icon={IconBrush}
        title={`${phase.message}, ${describePlace(phase)}`}
        action={
          <Button size="xs" variant="default" onClick={() => removeRuns(hostId, [run.runId])}>
            {RUN_TEXT.remove}
          </Button>
        }
      >
        {phase.retryAt === null ? null : (
          <>
            {TEXT.sentAgain} <Countdown to={phase.retryAt} />.{' '}
          </>
        )}
        {describeParameters(run.parameters)}
      </EmptyState>
      {run.route === 'gateway' ? <Meanwhile /> : null}
    </Card>
  );
}

/** Slots and VRAM during the run. */
function Meanwhile() {
  const gateway = useGatewayState();
  const { gpus } = useGpuStatus();
  const row = useLatestRow(gpus[0]?.uuid ?? '');
  const images = imagesRow(gateway);
  return (
    <p className="ada-quiet play-small play-facts">
      {gpus.length === 0 ? null : <span>{describeVram(metricOf(row, 'memoryUsedMiB'))}</span>}
      {gateway.phase.kind === 'live' && images !== undefined ? <span>{describeSlotsInUse(describeSlots(images))}</span> : null}
    </p>
  );
}
