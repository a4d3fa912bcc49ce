import { z } from 'zod';
import { backendsCapability } from '../backends/capability.ts';
import { hostCapability } from '../capability.ts';
import { factsCapability } from '../facts/capability.ts';
import { galleryCapability } from '../gallery/capability.ts';
import { gatewayCapability } from '../gateway/capability.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { historyCapability } from '../history/capability.ts';
import { createImages, type Images } from './images.ts';
import { recordRuns } from './run-events.ts';

const OPEN_BATCHES = 'open-batches';
const OPEN_PROMPTS = 'open-comfyui-prompts';

export const imagesCapability = hostCapability<'images', Images>({
  name: 'images',
  create: (host) => {
    const { hostId, profile, connection, lastKnown, log, now } = host;
    const { invokeai, invokeAiEvents, comfyui, comfyuiEndpoint } = host.use(backendsCapability);
    const facts = host.use(factsCapability);
    const images = createImages({
      agent: connection.httpAgent(),
      invokeai,
      events: invokeAiEvents,
      transport: connection,
      gateway: host.use(gatewayCapability),
      gpu: host.use(gpuCapability),
      gallery: host.use(galleryCapability),
      clockOffsetMs: () => facts.current()?.clockOffsetMs ?? null,
      openBatches: {
        recall: () => z.array(z.string()).catch([]).parse(lastKnown.recall(hostId, OPEN_BATCHES)),
        remember: (batchIds) => lastKnown.remember(hostId, OPEN_BATCHES, batchIds),
      },
      comfyui: {
        client: comfyui,
        endpoint: comfyuiEndpoint,
        openJobs: {
          recall: () => z.array(z.string()).catch([]).parse(lastKnown.recall(hostId, OPEN_PROMPTS)),
          remember: (promptIds) => lastKnown.remember(hostId, OPEN_PROMPTS, promptIds),
        },
      },
      hostLabel: () => profile.label,
      log,
      now,
    });
    images.onChange(recordRuns({ hostId, history: host.use(historyCapability), now }));
    return images;
  },
  handlers: {
    'images.routes': (images) => images.routes(),
    'images.run': (images) => images.run(),
    'images.start': (images, { route, parameters }) => images.start(route, parameters),
    'images.cancel': (images, { runId }) => images.cancel(runId),
  },
  events: (images, emit) => [images.onChange((run) => emit('images.runChanged', run))],
  stop: (images) => images.stop(),
});
