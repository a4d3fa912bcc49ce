import { Button, Group } from '@mantine/core';
import { IconBrush } from '@tabler/icons-react';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import type { ImageParameters, ImageRun, RemoteWork, RouteId } from '../../../shared/capabilities/images/contract.ts';
import { formatDuration } from '../../../shared/format.ts';
import { metricOf } from '../../../shared/gpu-row.ts';
import { useGatewayState } from '../../stores/gateway.ts';
import { useGpuStatus, useLatestRow } from '../../stores/gpu.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useImageRun } from '../../stores/images.ts';
import { attempt } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';
import { imagesRow } from '../gateway/admission-rows.ts';
import { describeSlots, describeSlotsInUse } from '../gateway/text.ts';
import { FinishedRun } from './finished-run.tsx';
import { describeCancelled, describeFailed, describeFinished, describeVram, TEXT } from './text.ts';

export interface RunCardProps {
  readonly onAgain: (parameters: ImageParameters, route: RouteId, o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: (image: GalleryImage) => void;
}

/** The newest run: its progress, its result, or the reason of its failure. */
export function RunCard({ onAgain: againWith, onCompare: compareWith }: RunCardProps) {
  const run = useImageRun();
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
  switch (phase.kind) {
    case 'running':
      return <RunningRun run={run} phase={phase} />;
    case 'done':
      return <FinishedRun run={run} phase={phase} onAgain={onAgain} onCompare={onCompare} />;
    case 'cancelled':
      return (
        <Card className="play-run">
          <EmptyState
            icon={IconBrush}
            title={describeCancelled(phase.elapsedMs)}
            action={
              <Button size="sm" onClick={() => onAgain({ reuseSeed: true })}>
                {TEXT.runAgain}
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
            <Button size="xs" variant="filled" onClick={() => onAgain({ reuseSeed: true })}>
              {TEXT.runAgain}
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
  const hostCalls = useHostBridge();
  const nowMs = useNow();
  const percent = phase.share === null ? null : Math.round(phase.share * 100);
  const { width, height } = run.parameters;
  return (
    <Card className="play-run">
      <div className="play-stage" style={{ aspectRatio: `${width} / ${height}` }}>
        {phase.preview === null ? (
          <IconBrush size={34} stroke={1.2} aria-hidden />
        ) : (
          <img src={phase.preview} alt={TEXT.preview} className="play-preview" />
        )}
      </div>
      <Group justify="space-between" mt="sm" wrap="nowrap">
        <StatusWord tone="busy" word={phase.message} />
        <Group gap="sm" wrap="nowrap">
          <span className="ada-number">{formatDuration(Math.max(0, nowMs - run.startedAt))}</span>
          <Button size="xs" variant="default" onClick={() => attempt(() => hostCalls.images.cancel({ runId: run.runId }))}>
            {TEXT.cancel}
          </Button>
        </Group>
      </Group>
      <div
        className="play-progress"
        role="progressbar"
        aria-label={TEXT.progress}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === null ? {} : { 'aria-valuenow': percent })}
      >
        <span style={{ width: `${percent ?? 0}%` }} />
      </div>
      <Meanwhile />
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
