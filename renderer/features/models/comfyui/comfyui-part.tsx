import { IconBox } from '@tabler/icons-react';
import type { ComfyUiState } from '../../../../shared/capabilities/comfyui/contract.ts';
import { formatBytes, formatMiB, UNKNOWN } from '../../../../shared/format.ts';
import { useComfyUiChange } from '../../../stores/comfyui.ts';

import { Card } from '../../../ui/card.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { OneButtons } from '../one-buttons.tsx';
import { ProgramTrouble } from '../program-trouble.tsx';
import { DownloadsCard } from './downloads-card.tsx';
import { ComfyQueueCard } from './queue-card.tsx';
import { isHad, ONE_BUTTON } from './words.ts';

/** ComfyUI's part of the Models page: checkpoints, downloads, queue, and what it runs on. */
export function ComfyUiPart({ state, hostLabel }: { readonly state: ComfyUiState; readonly hostLabel: string }) {
  const onComfyUi = useComfyUiChange();
  const { phase, checkpoints, queue, system, folder, downloads, disk } = state;
  const isLive = phase.kind === 'live';
  return (
    <>
      {phase.kind === 'failing' ? (
        <ProgramTrouble
          name="ComfyUI"
          unitPattern={/comfyui/i}
          error={phase.error}
          meanwhile="Checkpoints can be fetched all the same."
          onAgain={() => onComfyUi.attempt((host) => host.comfyui.refresh())}
        />
      ) : null}
      {folder === null ? null : (
        <OneButtons
          wanted={ONE_BUTTON.filter(({ id }) => !isHad(id, state))}
          verb="Fetch"
          disk={disk}
          isOff={phase.kind === 'away'}
          onGet={({ url, id }) => onComfyUi.run((host) => host.comfyui.download({ url, name: id, sha256: null, token: null }))}
        />
      )}
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
