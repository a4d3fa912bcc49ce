import { hostCapability } from '../capability.ts';
import { historyCapability } from '../history/capability.ts';
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
  events: (gpu, emit) => [
    gpu.onSamples((batches) => emit('gpu.samples', [...batches])),
    gpu.onChange((status) => emit('gpu.changed', status)),
  ],
  initial: (gpu, emit) => emit('gpu.changed', gpu.status()),
  stop: (gpu) => gpu.stop(),
});
