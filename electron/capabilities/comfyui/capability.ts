import type { ComfyUiState } from '../../../shared/capabilities/comfyui/contract.ts';
import { backendsCapability } from '../backends/capability.ts';
import { hostCapability } from '../capability.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { servicesCapability } from '../services/capability.ts';
import { type ComfyUi, createComfyUi } from './comfyui.ts';

const after = async (comfyui: ComfyUi, work: Promise<void>): Promise<ComfyUiState> => {
  await work;
  return comfyui.state();
};

export const comfyUiCapability = hostCapability<'comfyui', ComfyUi>({
  name: 'comfyui',
  create: (host) => {
    const { hostId, connection, isWindowShown, log, now } = host;
    const backends = host.use(backendsCapability);
    const comfyui = createComfyUi({
      hostId,
      transport: connection,
      client: backends.comfyui,
      gpu: host.use(gpuCapability),
      services: host.use(servicesCapability),
      isWindowShown,
      log,
      now,
    });
    backends.onComfyUiChange(() => void comfyui.refresh());
    host.use(servicesCapability).countJobs('comfyui', () => {
      const { phase, queue } = comfyui.state();
      if (phase.kind !== 'live' || queue === null) return null;
      return { running: queue.running === null ? 0 : 1, waiting: queue.pendingCount, areWaitingKept: false };
    });
    return comfyui;
  },
  handlers: {
    'comfyui.state': (comfyui) => comfyui.state(),
    'comfyui.refresh': (comfyui) => after(comfyui, comfyui.refresh()),
    'comfyui.interrupt': (comfyui, { promptId }) => after(comfyui, comfyui.interrupt(promptId)),
    'comfyui.dequeue': (comfyui, { promptId }) => after(comfyui, comfyui.dequeue(promptId)),
    'comfyui.free': (comfyui) => comfyui.free(),
    'comfyui.download': (comfyui, wanted) => after(comfyui, comfyui.download(wanted)),
    'comfyui.actOnDownload': (comfyui, { name, verb }) => after(comfyui, comfyui.actOnDownload(name, verb)),
  },
  events: (comfyui, emit) => [comfyui.onChange((state) => emit('comfyui.changed', state))],
  stop: (comfyui) => comfyui.stop(),
});
