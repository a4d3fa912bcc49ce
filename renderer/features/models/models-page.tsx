import './models.css';
import { Button, Group } from '@mantine/core';
import { IconBox, IconDownload, IconWind } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { InstalledModel, ModelsState } from '../../../shared/contract/models.ts';
import { formatBytes, formatMiB } from '../../../shared/units.ts';
import { bridge } from '../../bridge.ts';
import { useSelectedHost } from '../../stores/hosts.ts';
import { tryModels, useModelsState } from '../../stores/models.ts';
import { say, sayError } from '../../stores/notices.ts';
import { act, useServicesState } from '../../stores/services.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { type Command, useCommands } from '../shell/commands.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { InstallDialog } from './install-dialog.tsx';
import { InstallsCard } from './installs-card.tsx';
import { ModelsTable } from './models-table.tsx';
import { QueueCard } from './queue-card.tsx';
import { CacheCard, DiskCard, HfCard } from './side-cards.tsx';
import { isHad, ONE_BUTTON } from './words.ts';

/** What models the host has, how to get more, and what InvokeAI is doing with them. */
export function ModelsPage() {
  const state = useModelsState();
  const host = useSelectedHost();
  const [isInstalling, setInstalling] = useState(false);
  const [toDelete, setToDelete] = useState<InstalledModel | null>(null);
  const [isFreeing, setFreeing] = useState(false);
  const { phase, models, jobs, queue, disk, hostId } = state;
  const isLive = phase.kind === 'live';
  const hostLabel = host?.label ?? 'the host';

  const freeVram = (): void => {
    setFreeing(true);
    bridge.models
      .freeVram()
      .then(({ beforeMiB, afterMiB }) => say('good', vramWords(beforeMiB, afterMiB)), sayError)
      .finally(() => setFreeing(false));
  };
  useCommands(
    'models',
    useMemo(
      () =>
        modelCommands({ isLive, install: () => setInstalling(true), freeVram: () => bridge.models.freeVram().then(undefined, sayError) }),
      [isLive],
    ),
  );
  return (
    <Page
      title="Models"
      state={<StateLine state={state} />}
      action={
        <>
          <Button
            size="sm"
            variant="default"
            leftSection={<IconWind size={15} aria-hidden />}
            disabled={!isLive}
            loading={isFreeing}
            onClick={freeVram}
          >
            Free VRAM
          </Button>
          <Button
            size="sm"
            variant="filled"
            leftSection={<IconDownload size={15} aria-hidden />}
            disabled={!isLive}
            onClick={() => setInstalling(true)}
          >
            Install a model
          </Button>
        </>
      }
    >
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
      {isInstalling ? <InstallDialog state={state} onClose={() => setInstalling(false)} /> : null}
      {toDelete === null ? null : <DeleteDialog model={toDelete} hostLabel={hostLabel} onClose={() => setToDelete(null)} />}
    </Page>
  );
}

function modelCommands(o: { readonly isLive: boolean; readonly install: () => void; readonly freeVram: () => void }): readonly Command[] {
  if (!o.isLive) return [];
  const group = 'Models';
  return [
    {
      id: 'models-install',
      group,
      title: 'Install a model…',
      words: ['download', 'hugging face', 'sdxl'],
      icon: IconDownload,
      run: o.install,
    },
    {
      id: 'models-free-vram',
      group,
      title: 'Free VRAM: let InvokeAI drop its models',
      words: ['empty', 'cache'],
      icon: IconWind,
      run: o.freeVram,
    },
    {
      id: 'models-refresh',
      group,
      title: 'Read the models again',
      words: ['refresh'],
      icon: IconBox,
      run: () => tryModels(() => bridge.models.refresh()),
    },
  ];
}

function vramWords(beforeMiB: number | null, afterMiB: number | null): string {
  if (beforeMiB === null || afterMiB === null) return 'InvokeAI let its models go; what that freed is not known.';
  const freed = beforeMiB - afterMiB;
  const numbers = `${formatMiB(beforeMiB)} before, ${formatMiB(afterMiB)} after`;
  return freed > 50 ? `${formatMiB(freed)} of VRAM freed: ${numbers}` : `Nothing to free: ${numbers}`;
}

function StateLine({ state }: { readonly state: ModelsState }) {
  const { phase, models, takenAt } = state;
  const count = models?.length ?? 0;
  switch (phase.kind) {
    case 'away':
      return <StatusWord tone="off" word="Not connected" />;
    case 'waiting':
      return <StatusWord tone="busy" word="Asking InvokeAI" />;
    case 'failing':
      return (
        <Group gap="sm">
          <StatusWord tone="bad" word="InvokeAI does not answer" />
          {takenAt === null ? null : (
            <span className="models-small">
              last answer <Age at={takenAt} />
            </span>
          )}
        </Group>
      );
    case 'live':
      return (
        <Group gap="sm">
          <StatusWord tone="good" word={`InvokeAI ${phase.version} answers`} />
          <span className="models-small">{count === 1 ? 'one model' : `${count} models`}</span>
        </Group>
      );
  }
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
