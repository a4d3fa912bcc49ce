import { Button } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
import { useState } from 'react';
import type { InstalledModel, ModelsState } from '../../../shared/contract/models.ts';
import { formatBytes } from '../../../shared/units.ts';
import { bridge } from '../../bridge.ts';
import { tryModels } from '../../stores/models.ts';
import { sayError } from '../../stores/notices.ts';
import { act, useServicesState } from '../../stores/services.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { InstallsCard } from './installs-card.tsx';
import { ModelsTable } from './models-table.tsx';
import { QueueCard } from './queue-card.tsx';
import { CacheCard, DiskCard, HfCard } from './side-cards.tsx';
import { isHad, ONE_BUTTON } from './words.ts';

/** InvokeAI's part of the Models page: what it has, how to get more, and what it is doing. */
export function InvokeAiPart({ state, hostLabel }: { readonly state: ModelsState; readonly hostLabel: string }) {
  const [toDelete, setToDelete] = useState<InstalledModel | null>(null);
  const { phase, models, jobs, queue, disk, hostId } = state;
  const isLive = phase.kind === 'live';
  return (
    <>
      {phase.kind === 'failing' ? <Trouble state={state} /> : null}
      {models === null ? (
        <Card>
          <EmptyState
            icon={IconBox}
            title={
              phase.kind === 'away'
                ? 'Not connected'
                : phase.kind === 'failing'
                  ? 'Nothing is known yet'
                  : `Asking InvokeAI on ${hostLabel}`
            }
          >
            The models on the host stand here, with their size and missing files, and a button that fetches SDXL or Stable Diffusion 1.5.
          </EmptyState>
        </Card>
      ) : (
        <>
          <OneButtons state={state} isLive={isLive} />
          {jobs.length === 0 ? null : <InstallsCard jobs={jobs} canPause={state.canPause} isStale={!isLive} />}
          <ModelsTable models={models} isStale={!isLive} onDelete={setToDelete} />
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

function Trouble({ state }: { readonly state: ModelsState }) {
  const { units } = useServicesState();
  const { phase } = state;
  if (phase.kind !== 'failing') return null;
  const unit = units.find((known) => /^invokeai\.service$/.test(known.name));
  const isStopped = unit !== undefined && (unit.activeState === 'inactive' || unit.activeState === 'failed');
  return (
    <ErrorNotice
      error={phase.error}
      tone={isStopped ? 'warning' : 'bad'}
      action={
        isStopped ? (
          <Button size="xs" variant="filled" onClick={() => void act(unit.name, 'start')}>
            Start InvokeAI
          </Button>
        ) : (
          <Button size="xs" variant="filled" onClick={() => tryModels(() => bridge.models.refresh())}>
            Try again
          </Button>
        )
      }
    >
      {unit === undefined ? null : (
        <p className="models-small ada-quiet">
          systemd says of invokeai: {unit.activeState}, {unit.subState}. It is asked again every few seconds.
        </p>
      )}
    </ErrorNotice>
  );
}

/** The guide's two models, where they are not there yet. */
function OneButtons({ state, isLive }: { readonly state: ModelsState; readonly isLive: boolean }) {
  const [asking, setAsking] = useState<string | null>(null);
  const wanted = ONE_BUTTON.filter((model) => !isHad(model.source, state));
  if (wanted.length === 0) return null;
  const install = (model: (typeof ONE_BUTTON)[number]): void => {
    setAsking(model.source);
    bridge.models
      .install({ source: model.source, isInPlace: false, token: null, neededBytes: model.neededBytes })
      .catch(sayError)
      .finally(() => setAsking(null));
  };
  return (
    <div className="models-one-buttons">
      {wanted.map((model) => (
        <Card key={model.source} compact>
          <div className="models-one">
            <span>
              <b>{model.label}</b>
              <br />
              <span className="ada-quiet models-small">
                {model.why}, about {formatBytes(model.neededBytes)}
                {state.disk === null
                  ? ''
                  : `; ${formatBytes(state.disk.freeBytes)} free now, ${formatBytes(state.disk.freeBytes - model.neededBytes)} after it`}
              </span>
            </span>
            <Button
              size="xs"
              variant="light"
              disabled={!isLive || asking !== null}
              loading={asking === model.source}
              onClick={() => install(model)}
            >
              Install {model.label}
            </Button>
          </div>
        </Card>
      ))}
    </div>
  );
}
