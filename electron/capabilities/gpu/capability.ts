import { hostCapability } from '../capability.ts';
import { historyCapability } from '../history/capability.ts';
import { batchesForWindow } from './batches-for-window.ts';
import { createGpuSampler, type GpuSampler } from './sampler.ts';

export const gpuCapability = hostCapability<'gpu', GpuSampler>({
  name: 'gpu',
  create: (host) => {
    const { hostId, connection, lastKnown, log, now } = host;
    const history = host.use(historyCapability);
    const gpu = createGpuSampler({ transport: connection, hostId, history, lastKnown, log, now });
    gpu.start();
    return gpu;
  },
  handlers: {
    'gpu.status': (gpu) => gpu.status(),
    'gpu.retry': (gpu) => gpu.retry(),
  },
  events: (gpu, emit, { hostId, isWindowShown }) => {
    const batches = batchesForWindow({ hostId, isWindowShown, send: (joined) => emit('gpu.samples', joined) });
    return [
      gpu.onSamples(batches.add),
      gpu.onChange((status) => {
        // Where no more readings come, those that wait are not held back.
        if (status.state.kind !== 'live') batches.flush();
        emit('gpu.changed', status);
      }),
    ];
  },
  initial: (gpu, emit) => emit('gpu.changed', gpu.status()),
  stop: (gpu) => gpu.stop(),
});
