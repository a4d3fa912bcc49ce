import { z } from 'zod';
import { exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { backendsCapability } from '../backends/capability.ts';
import { hostCapability } from '../capability.ts';
import { factsCapability } from '../facts/capability.ts';
import { galleryCapability } from '../gallery/capability.ts';
import { gatewayCapability } from '../gateway/capability.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { historyCapability } from '../history/capability.ts';
import { libraryCapability } from '../library/capability.ts';
import { createImages, type Images } from './images.ts';
import { isEnded } from './next-runs.ts';
import { recordRuns } from './run-events.ts';
import { sheetFile, sheetName } from './sheet-file.ts';

const OPEN_BATCHES = 'open-batches';
const OPEN_PROMPTS = 'open-comfyui-prompts';
const PAST_RUNS = 'past-run-times';

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
      pastRuns: {
        recall: () => lastKnown.recall(hostId, PAST_RUNS),
        remember: (past) => lastKnown.remember(hostId, PAST_RUNS, past),
      },
      library: host.use(libraryCapability),
      hostLabel: () => profile.label,
      log,
      now,
    });
    images.onChange(recordRuns({ hostId, history: host.use(historyCapability), now }));
    return images;
  },
  handlers: {
    'images.routes': (images) => images.routes(),
    'images.queue': (images, { known }) => {
      const { runs, order } = images.queue();
      const ids = new Set(known);
      return { runs: runs.filter((run) => !isEnded(run) || !ids.has(run.runId)), order };
    },
    'images.start': (images, { route, parameters }) => images.start(route, parameters),
    'images.startForm': (images, { route, parameters, sweep }) => images.startForm(route, parameters, sweep),
    'images.retry': (images, { runId }) => images.retry(runId),
    'images.cancel': (images, { runIds }) => images.cancel(runIds),
    'images.move': (images, { runId, before }) => images.move(runId, before),
    'images.remove': (images, { runIds }) => images.remove(runIds),
    'images.restore': (images, { removalId }) => images.restore(removalId),
    'images.estimate': (images, all) => all.map(images.estimateMs),
    'images.saveSheet': async (_images, { png, text }, { desktop, now }) => {
      const savedTo = await desktop.saveAs(sheetName(now()));
      if (savedTo !== null) await exportFileAtomic(savedTo, [sheetFile(Buffer.from(png.buffer, png.byteOffset, png.byteLength), text)]);
      return { savedTo };
    },
  },
  events: (images, emit) => [
    images.onChange((run) => emit('images.runChanged', run)),
    images.onOrder((order) => emit('images.orderChanged', order)),
  ],
  stop: (images) => images.stop(),
});
