import { IconBox } from '@tabler/icons-react';
import { type RefObject, useState } from 'react';
import type { InstalledModel, ModelsState } from '../../../shared/capabilities/models/contract.ts';
import { RECOMMENDED } from '../../../shared/recommended-models.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useModelsChange } from '../../stores/models.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AddModels } from './add-models.tsx';
import { BackendProblem } from './backend-problem.tsx';
import { CpuNotice } from './cpu-notice.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { isInstalledOrQueued } from './installed-sources.ts';
import { InstallsCard } from './installs-card.tsx';
import { LoginCard } from './login-card.tsx';
import { ModelsTable } from './models-table.tsx';
import { useModelsView } from './page-state.ts';
import { QueueCard } from './queue-card.tsx';
import { RecommendedModels } from './recommended-models.tsx';
import { CacheCard, DiskCard, HfCard } from './side-cards.tsx';
import { describeConnectingOn, TEXT } from './text.ts';

export interface InvokeAiPartProps {
  readonly state: ModelsState;
  readonly hostLabel: string;
  /** The field under which models are added. */
  readonly field: RefObject<HTMLInputElement | null>;
}

/** InvokeAI's part of the Models page: models, installs, queue, disk and settings; or what can be added. */
export function InvokeAiPart({ state, hostLabel, field }: InvokeAiPartProps) {
  const hostCalls = useHostBridge();
  const onModels = useModelsChange();
  const [view] = useModelsView();
  const [toDelete, setToDelete] = useState<InstalledModel | null>(null);
  const { phase, models, jobs, queue, disk, hostId, login, device } = state;
  const isLive = phase.kind === 'live';
  return (
    <>
      <LoginCard login={login} isLive={isLive} />
      {phase.kind === 'failing' && login.kind !== 'needed' ? (
        <BackendProblem
          name="InvokeAI"
          unitPattern={/^invokeai\.service$/}
          error={phase.error}
          meanwhile={TEXT.keptTrying}
          onAgain={() => onModels.attempt((host) => host.models.refresh())}
        />
      ) : null}
      {isLive && device.kind === 'cpu' ? <CpuNotice /> : null}
      {models === null && login.kind === 'needed' ? null : models === null ? (
        <Card>
          <EmptyState
            icon={IconBox}
            title={
              phase.kind === 'away'
                ? TEXT.notConnected
                : phase.kind === 'failing'
                  ? TEXT.noData
                  : describeConnectingOn('InvokeAI', hostLabel)
            }
          >
            {TEXT.emptyBody}
          </EmptyState>
        </Card>
      ) : view === 'add' ? (
        <>
          {jobs.length === 0 ? null : <InstallsCard jobs={jobs} canPause={state.canPause} isStale={!isLive} />}
          <AddModels state={state} hostLabel={hostLabel} field={field} />
        </>
      ) : (
        <>
          <RecommendedModels
            recommended={RECOMMENDED.filter(({ id }) => !isInstalledOrQueued(id, state))}
            verb={TEXT.install}
            disk={disk}
            isOff={!isLive}
            onGet={({ id, bytes }) => hostCalls.models.install({ source: id, isInPlace: false, token: null, neededBytes: bytes })}
          />
          {jobs.length === 0 ? null : <InstallsCard jobs={jobs} canPause={state.canPause} isStale={!isLive} />}
          <ModelsTable models={models} lastUsed={state.lastUsed} isStale={!isLive} onDelete={setToDelete} />
          {queue === null ? null : <QueueCard queue={queue} isStale={!isLive} />}
          <div className="models-columns">
            <DiskCard
              disk={disk}
              modelBytes={models.reduce((sum, model) => sum + (model.isMissing || !model.isManaged ? 0 : (model.bytes ?? 0)), 0)}
            />
            <HfCard hostId={hostId} isLive={isLive} />
          </div>
          <CacheCard hostId={hostId} isLive={isLive} />
        </>
      )}
      {toDelete === null ? null : <DeleteDialog model={toDelete} hostLabel={hostLabel} onClose={() => setToDelete(null)} />}
    </>
  );
}
