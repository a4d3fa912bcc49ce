import { Button } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
import { useState } from 'react';
import type { ComfyUiState } from '../../../shared/contract/comfyui.ts';
import { formatBytes, formatMiB, UNKNOWN } from '../../../shared/units.ts';
import { bridge } from '../../bridge.ts';
import { changeComfyUi, tryComfyUi } from '../../stores/comfyui.ts';
import { sayError } from '../../stores/notices.ts';
import { act, useServicesState } from '../../stores/services.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { DownloadsCard } from './downloads-card.tsx';
import { ComfyQueueCard } from './queue-card.tsx';
import { isHad, ONE_BUTTON } from './words.ts';

/** ComfyUI's part of the Models page: checkpoints, downloads, queue, and what it runs on. */
export function ComfyUiPart({ state, hostLabel }: { readonly state: ComfyUiState; readonly hostLabel: string }) {
  const { phase, checkpoints, queue, system, folder, downloads, disk } = state;
  const isLive = phase.kind === 'live';
  return (
    <>
      {phase.kind === 'failing' ? <Trouble state={state} /> : null}
      {folder === null ? null : <OneButtons state={state} />}
      {downloads.length === 0 ? null : <DownloadsCard downloads={downloads} isAway={phase.kind === 'away'} />}
      <Card title="Checkpoints" aside={folder === null ? undefined : <span className="ada-mono ada-quiet models-small">{folder}</span>}>
        {checkpoints === null || checkpoints.length === 0 ? (
          <EmptyState
            icon={IconBox}
            title={
              phase.kind === 'away' ? 'Not connected' : checkpoints === null ? `ComfyUI on ${hostLabel} has not told yet` : 'No checkpoint'
            }
          >
            {checkpoints === null ? 'It tells its checkpoints when it runs.' : 'The buttons above fetch one onto the host.'}
          </EmptyState>
        ) : (
          <ul className="models-starters" data-stale={!isLive || undefined}>
            {checkpoints.map((name) => (
              <li key={name}>
                <span className="models-cut">{name}</span>
              </li>
            ))}
          </ul>
        )}
      </Card>
      {queue === null ? null : <ComfyQueueCard queue={queue} isStale={!isLive} />}
      {system === null ? null : (
        <Card title="What it runs on">
          <dl className="models-facts models-small" data-stale={!isLive || undefined}>
            <Fact name="GPU" value={system.hasGpu ? (system.device ?? UNKNOWN) : 'none: it computes on the processor'} />
            <Fact name="VRAM free" value={`${formatMiB(system.vramFreeMiB)} of ${formatMiB(system.vramTotalMiB)}`} />
            <Fact name="Reserved by ComfyUI" value={formatMiB(system.reservedMiB)} />
            <Fact name="Python, PyTorch" value={`${system.pythonVersion ?? UNKNOWN}, ${system.pytorchVersion ?? UNKNOWN}`} />
            <Fact name="Disk" value={disk === null ? UNKNOWN : `${formatBytes(disk.freeBytes)} free of ${formatBytes(disk.sizeBytes)}`} />
          </dl>
        </Card>
      )}
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Trouble({ state: { phase } }: { readonly state: ComfyUiState }) {
  const { units } = useServicesState();
  if (phase.kind !== 'failing') return null;
  const unit = units.find((known) => /comfyui/i.test(known.name));
  const isStopped = unit !== undefined && (unit.activeState === 'inactive' || unit.activeState === 'failed');
  return (
    <ErrorNotice
      error={phase.error}
      tone={isStopped ? 'warning' : 'bad'}
      action={
        isStopped ? (
          <Button size="xs" variant="filled" onClick={() => void act(unit.name, 'start')}>
            Start ComfyUI
          </Button>
        ) : (
          <Button size="xs" variant="filled" onClick={() => tryComfyUi(() => bridge.comfyui.refresh())}>
            Try again
          </Button>
        )
      }
    >
      {unit === undefined ? null : (
        <p className="models-small ada-quiet">
          systemd says of {unit.name.replace('.service', '')}: {unit.activeState}, {unit.subState}. Checkpoints can be fetched all the same.
        </p>
      )}
    </ErrorNotice>
  );
}

/** The guide's two checkpoints, where they are not there yet. */
function OneButtons({ state }: { readonly state: ComfyUiState }) {
  const [asking, setAsking] = useState<string | null>(null);
  const wanted = ONE_BUTTON.filter(({ name }) => !isHad(name, state));
  if (wanted.length === 0) return null;
  const fetch = ({ url, name }: (typeof ONE_BUTTON)[number]): void => {
    setAsking(name);
    changeComfyUi(() => bridge.comfyui.download({ url, name, sha256: null, token: null }))
      .catch(sayError)
      .finally(() => setAsking(null));
  };
  return (
    <div className="models-one-buttons">
      {wanted.map((one) => (
        <Card key={one.name} compact>
          <div className="models-one">
            <span>
              <b>{one.label}</b>
              <br />
              <span className="ada-quiet models-small">
                {one.why}, {formatBytes(one.bytes)}
                {state.disk === null
                  ? ''
                  : `; ${formatBytes(state.disk.freeBytes)} free now, ${formatBytes(state.disk.freeBytes - one.bytes)} after it`}
              </span>
            </span>
            <Button
              size="xs"
              variant="light"
              disabled={state.phase.kind === 'away' || asking !== null}
              loading={asking === one.name}
              onClick={() => fetch(one)}
            >
              Fetch {one.label}
            </Button>
          </div>
        </Card>
      ))}
    </div>
  );
}
