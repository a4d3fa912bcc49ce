import { IconBox } from '@tabler/icons-react';
import type { ComfyUiState } from '../../../../shared/capabilities/comfyui/contract.ts';
import { formatMiB, UNKNOWN } from '../../../../shared/format.ts';
import { useComfyUiChange } from '../../../stores/comfyui.ts';

import { Card } from '../../../ui/card.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { BackendProblem } from '../backend-problem.tsx';
import { RecommendedModels } from '../recommended-models.tsx';
import { isInstalledOrQueued, RECOMMENDED } from './checkpoint-files.ts';
import { DownloadsCard } from './downloads-card.tsx';
import { ComfyQueueCard } from './queue-card.tsx';
import { describeDisk, describeVersions, describeVram, TEXT } from './text.ts';

/** ComfyUI's part of the Models page: checkpoints, downloads, queue and system. */
export function ComfyUiPart({ state }: { readonly state: ComfyUiState }) {
  const onComfyUi = useComfyUiChange();
  const { phase, checkpoints, queue, system, folder, downloads, disk } = state;
  const isLive = phase.kind === 'live';
  return (
    <>
      {phase.kind === 'failing' ? (
        <BackendProblem
          name="ComfyUI"
          unitPattern={/comfyui/i}
          error={phase.error}
          meanwhile={TEXT.stillFetching}
          onAgain={() => onComfyUi.attempt((host) => host.comfyui.refresh())}
        />
      ) : null}
      {folder === null ? null : (
        <RecommendedModels
          recommended={RECOMMENDED.filter(({ id }) => !isInstalledOrQueued(id, state))}
          verb={TEXT.fetch}
          disk={disk}
          isOff={phase.kind === 'away'}
          onGet={({ url, id }) => onComfyUi.run((host) => host.comfyui.download({ url, name: id, sha256: null, token: null }))}
        />
      )}
      {downloads.length === 0 ? null : <DownloadsCard downloads={downloads} isAway={phase.kind === 'away'} />}
      <Card
        title={TEXT.checkpoints}
        aside={folder === null ? undefined : <span className="ada-mono ada-quiet models-small">{folder}</span>}
      >
        {checkpoints === null || checkpoints.length === 0 ? (
          <EmptyState
            icon={IconBox}
            title={phase.kind === 'away' ? TEXT.notConnected : checkpoints === null ? TEXT.waiting : TEXT.noCheckpoints}
          >
            {checkpoints === null ? TEXT.waitingBody : TEXT.noCheckpointsBody}
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
        <Card title={TEXT.system}>
          <dl className="models-facts models-small" data-stale={!isLive || undefined}>
            <Fact name={TEXT.gpu} value={system.hasGpu ? (system.device ?? UNKNOWN) : TEXT.noGpu} />
            <Fact name={TEXT.vramFree} value={describeVram(system.vramFreeMiB, system.vramTotalMiB)} />
            <Fact name={TEXT.reserved} value={formatMiB(system.reservedMiB)} />
            <Fact name={TEXT.versions} value={describeVersions(system.pythonVersion, system.pytorchVersion)} />
            <Fact name={TEXT.disk} value={disk === null ? UNKNOWN : describeDisk(disk.freeBytes, disk.sizeBytes)} />
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
