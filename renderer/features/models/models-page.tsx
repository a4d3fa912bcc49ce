import { hasCode } from '../../../shared/errors.ts';

import { useHostBridge } from '../../stores/host-context.tsx';
import './models.css';
import { Button, Group, SegmentedControl } from '@mantine/core';
import { IconDownload, IconWind } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ComfyUiState } from '../../../shared/capabilities/comfyui/contract.ts';
import type { ModelsState } from '../../../shared/capabilities/models/contract.ts';
import type { HostBridge } from '../../../shared/contract/index.ts';
import { useComfyUiState } from '../../stores/comfyui.ts';
import { useHostProfile } from '../../stores/hosts.ts';
import { useModelsState } from '../../stores/models.ts';
import { addErrorNotice, addNotice } from '../../stores/notices.ts';
import { usePageIntent, useView } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { ComfyUiPart } from './comfyui/comfyui-part.tsx';
import { FetchDialog } from './comfyui/fetch-dialog.tsx';
import { HUB_TEXT } from './hub-text.ts';
import { InvokeAiPart } from './invokeai-part.tsx';
import { type ModelsView, useModelsView } from './page-state.ts';
import {
  describeAbsent,
  describeConnecting,
  describeCountAndSpace,
  describeFreed,
  describeLoginNeeded,
  describeNotResponding,
  describeRunning,
  TEXT,
} from './text.ts';

const PROGRAMS = { invokeai: 'InvokeAI', comfyui: 'ComfyUI' } as const;
type Program = keyof typeof PROGRAMS;

/** Models of the host, by program, with installs, queue and VRAM. */
export function ModelsPage() {
  const hostCalls = useHostBridge();
  const invokeai = useModelsState();
  const comfyui = useComfyUiState();
  const hostLabel = useHostProfile()?.label ?? 'the host';
  const [isAdding, setAdding] = useState(false);
  const [view, setView] = useModelsView();
  const field = useRef<HTMLInputElement>(null);
  const [isFreeing, setFreeing] = useState(false);
  const picked = useView((view) => view.modelsOf);
  const hasComfyUi = comfyui.phase.kind === 'live' || comfyui.phase.kind === 'failing' || comfyui.folder !== null;
  const program: Program = hasComfyUi ? picked : 'invokeai';
  const state = program === 'invokeai' ? invokeai : comfyui;
  const isLive = state.phase.kind === 'live';
  // The host can fetch checkpoints while ComfyUI is stopped.
  const canAdd = program === 'invokeai' ? isLive : comfyui.folder !== null && state.phase.kind !== 'away';

  const freeVram = (): void => {
    setFreeing(true);
    freeVramOf(hostCalls, program).finally(() => setFreeing(false));
  };
  const target = useView((shown) => shown.target);
  useEffect(() => {
    // These cards are beside the installed models.
    const isOfInstalled = target?.model !== undefined || target?.section !== undefined || target?.intent === 'clear-queue';
    if (isOfInstalled) setView('installed');
  }, [target, setView]);
  const add = (): void => {
    if (program === 'comfyui') {
      setAdding(true);
      return;
    }
    setView('add');
    // The field is drawn with the view.
    requestAnimationFrame(() => field.current?.focus());
  };
  usePageIntent({ install: canAdd ? add : undefined, 'free-vram': isLive ? freeVram : undefined });
  return (
    <Page
      title={TEXT.title}
      state={
        <Group gap="md" className="models-head">
          {hasComfyUi ? (
            <SegmentedControl
              size="xs"
              aria-label={TEXT.program}
              value={program}
              onChange={(value) => useView.getState().setModelsOf(value === 'comfyui' ? 'comfyui' : 'invokeai')}
              data={Object.entries(PROGRAMS).map(([value, label]) => ({ value, label }))}
            />
          ) : null}
          {program === 'invokeai' && invokeai.models !== null ? (
            <SegmentedControl<ModelsView>
              size="xs"
              aria-label={HUB_TEXT.views}
              value={view}
              onChange={setView}
              data={[
                { value: 'installed', label: HUB_TEXT.installed },
                { value: 'add', label: HUB_TEXT.add },
              ]}
            />
          ) : null}
          <StateLine name={PROGRAMS[program]} state={state} count={program === 'invokeai' ? invokeai.models : comfyui.checkpoints} />
        </Group>
      }
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
            {TEXT.freeVram}
          </Button>
          <Button size="sm" variant="filled" leftSection={<IconDownload size={15} aria-hidden />} disabled={!canAdd} onClick={add}>
            {program === 'invokeai' ? TEXT.installModel : TEXT.fetchCheckpoint}
          </Button>
        </>
      }
    >
      {program === 'invokeai' ? <InvokeAiPart state={invokeai} hostLabel={hostLabel} field={field} /> : <ComfyUiPart state={comfyui} />}
      {isAdding && program === 'comfyui' ? <FetchDialog folder={comfyui.folder} onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

/** Frees VRAM and reports the result; a running job keeps its model until it ends. */
async function freeVramOf(host: HostBridge, program: Program): Promise<void> {
  try {
    const freed = await (program === 'invokeai' ? host.models.freeVram() : host.comfyui.free());
    addNotice(freed.isJobRunning ? 'warning' : 'good', describeFreed(PROGRAMS[program], freed));
  } catch (thrown) {
    addErrorNotice(thrown);
  }
}

interface StateLineProps {
  readonly name: string;
  readonly state: Pick<ModelsState | ComfyUiState, 'phase' | 'takenAt' | 'disk'>;
  readonly count: readonly unknown[] | null;
}

function StateLine({ name, state: { phase, takenAt, disk }, count }: StateLineProps) {
  switch (phase.kind) {
    case 'away':
      return <StatusWord tone="off" word={TEXT.notConnected} />;
    case 'waiting':
      return <StatusWord tone="busy" word={describeConnecting(name)} />;
    case 'absent':
      return <StatusWord tone="off" word={describeAbsent(name)} />;
    case 'failing':
      return (
        <Group gap="sm">
          {hasCode(phase.error, 'invokeai-login-needed') ? (
            <StatusWord tone="warning" word={describeLoginNeeded(name)} />
          ) : (
            <StatusWord tone="bad" word={describeNotResponding(name)} />
          )}
          {takenAt === null ? null : (
            <span className="models-small">
              {TEXT.lastResponse} <Age at={takenAt} />
            </span>
          )}
        </Group>
      );
    case 'live':
      return (
        <Group gap="sm">
          <StatusWord tone="good" word={describeRunning(name, phase.version)} />
          {count === null ? null : <span className="models-small">{describeCountAndSpace(count.length, disk)}</span>}
        </Group>
      );
  }
}
