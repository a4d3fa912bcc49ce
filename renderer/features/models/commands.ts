import {
  IconBox,
  IconCircleCheck,
  IconDownload,
  IconKey,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
  IconWind,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ComfyUiState } from '../../../shared/capabilities/comfyui/contract.ts';
import type { InstalledModel, ModelsState } from '../../../shared/capabilities/models/contract.ts';
import { RECOMMENDED } from '../../../shared/recommended-models.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useComfyUiChange, useComfyUiState } from '../../stores/comfyui.ts';
import { useOfflineReason } from '../../stores/hosts.ts';
import { useModelsChange, useModelsState } from '../../stores/models.ts';
import { setPage, useView } from '../../stores/view.ts';
import { isInstalledOrQueued } from './installed-sources.ts';
import { describeShortage } from './text.ts';

type Program = 'invokeai' | 'comfyui';
type Entry = Omit<Command, 'group'>;

/** Opens the models of a program, and does `intent` there. */
function openModels(program: Program, intent?: string): void {
  useView.getState().setModelsOf(program);
  setPage('models', intent === undefined ? {} : { intent });
}

function offReason(offline: string | null, { phase }: Pick<ModelsState | ComfyUiState, 'phase'>, name: string): string | null {
  if (offline !== null) return offline;
  return phase.kind === 'live' ? null : phase.kind === 'absent' ? `${name} not found` : `${name} not responding`;
}

function modelResult({ key, name, base, type, source }: InstalledModel): Entry {
  return {
    id: `model-${key}`,
    title: name,
    words: `model ${base} ${type} ${source ?? ''}`,
    icon: IconBox,
    isResult: true,
    run: () => {
      useView.getState().setModelsOf('invokeai');
      setPage('models', { model: name });
    },
  };
}

function checkpointResult(name: string): Entry {
  return {
    id: `checkpoint-${name}`,
    title: name,
    words: 'model checkpoint comfyui',
    icon: IconBox,
    isResult: true,
    run: () => openModels('comfyui'),
  };
}

/** Commands of the Models page, and each model as a result. */
export function useModelsCommands(): readonly Command[] {
  const offline = useOfflineReason();
  const invokeai = useModelsState();
  const comfyui = useComfyUiState();
  const onModels = useModelsChange();
  const onComfyUi = useComfyUiChange();
  return useMemo(() => {
    const invokeAiOff = offReason(offline, invokeai, 'InvokeAI');
    const comfyUiOff = offReason(offline, comfyui, 'ComfyUI');
    const canFetch = comfyui.folder !== null && comfyui.phase.kind !== 'away';
    const hasComfyUi = canFetch || comfyui.phase.kind === 'live' || comfyui.phase.kind === 'failing';
    const isPaused = invokeai.queue?.isStarted === false;
    const hasEnded = invokeai.jobs.some(({ state }) => state === 'completed' || state === 'error' || state === 'cancelled');
    const entries: readonly Entry[] = [
      {
        id: 'models-install',
        title: 'Install a model…',
        words: 'download add get new search hugging face hub sdxl stable diffusion checkpoint lora',
        icon: IconDownload,
        unavailable: invokeAiOff,
        run: () => openModels('invokeai', 'install'),
      },
      ...RECOMMENDED.filter(({ id }) => !isInstalledOrQueued(id, invokeai)).map(
        (model): Entry => ({
          id: `models-install-${model.id}`,
          title: `Install ${model.label}`,
          words: `download get model ${model.id} ${model.why}`,
          icon: IconDownload,
          unavailable: invokeAiOff ?? describeShortage(model.bytes, invokeai.disk?.freeBytes ?? null),
          run: () => {
            openModels('invokeai');
            onModels.attempt((host) => host.models.install({ source: model.id, isInPlace: false, token: null, neededBytes: model.bytes }));
          },
        }),
      ),
      {
        id: 'models-free-vram',
        title: 'Free VRAM: unload InvokeAI’s models',
        words: 'empty clear cache memory gpu release drop',
        icon: IconWind,
        unavailable: invokeAiOff,
        run: () => openModels('invokeai', 'free-vram'),
      },
      {
        id: 'models-refresh',
        title: 'Refresh InvokeAI models',
        words: 'reload retry read again update list',
        icon: IconRefresh,
        unavailable: invokeAiOff,
        run: () => {
          openModels('invokeai');
          onModels.attempt((host) => host.models.refresh());
        },
      },
      {
        id: 'models-queue',
        title: isPaused ? 'Resume InvokeAI’s queue' : 'Pause InvokeAI’s queue',
        words: 'jobs hold continue stop waiting pending',
        icon: isPaused ? IconPlayerPlay : IconPlayerPause,
        unavailable: invokeAiOff,
        run: () => {
          openModels('invokeai');
          onModels.attempt((host) => host.models.actOnQueue({ verb: isPaused ? 'resume' : 'pause' }));
        },
      },
      {
        id: 'models-clear-queue',
        title: 'Clear InvokeAI’s queue…',
        words: 'cancel delete all jobs pending waiting empty',
        icon: IconTrash,
        unavailable: invokeAiOff,
        run: () => openModels('invokeai', 'clear-queue'),
      },
      {
        id: 'models-clear-finished',
        title: 'Clear finished downloads',
        words: 'installs prune remove completed list tidy',
        icon: IconCircleCheck,
        unavailable: invokeAiOff ?? (hasEnded ? null : 'None finished'),
        run: () => openModels('invokeai', 'clear-finished'),
      },
      {
        id: 'models-hf-token',
        title: 'Hugging Face token',
        words: 'login log in access key secret credentials gated account',
        icon: IconKey,
        unavailable: invokeAiOff,
        run: () => {
          useView.getState().setModelsOf('invokeai');
          setPage('models', { section: 'models-hf' });
        },
      },
      ...(hasComfyUi
        ? [
            {
              id: 'comfyui-fetch',
              title: 'Fetch a checkpoint…',
              words: 'download install add get model comfyui safetensors url',
              icon: IconDownload,
              unavailable: offline ?? (canFetch ? null : 'Checkpoint folder unknown'),
              run: () => openModels('comfyui', 'install'),
            },
            {
              id: 'comfyui-free-vram',
              title: 'Free VRAM: unload ComfyUI’s models',
              words: 'empty clear cache memory gpu release drop',
              icon: IconWind,
              unavailable: comfyUiOff,
              run: () => openModels('comfyui', 'free-vram'),
            },
            {
              id: 'comfyui-refresh',
              title: 'Refresh ComfyUI models',
              words: 'reload retry read again update list checkpoints',
              icon: IconRefresh,
              unavailable: comfyUiOff,
              run: () => {
                openModels('comfyui');
                onComfyUi.attempt((host) => host.comfyui.refresh());
              },
            },
          ]
        : []),
      ...(invokeai.models ?? []).map(modelResult),
      ...(comfyui.checkpoints ?? []).map(checkpointResult),
    ];
    return inGroup('Models', entries);
  }, [offline, invokeai, comfyui, onModels, onComfyUi]);
}
