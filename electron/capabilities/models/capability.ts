import type { ModelsState } from '../../../shared/capabilities/models/contract.ts';
import { backendsCapability } from '../backends/capability.ts';
import { hostCapability } from '../capability.ts';
import { galleryCapability } from '../gallery/capability.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { historyCapability } from '../history/capability.ts';
import { servicesCapability } from '../services/capability.ts';
import type { Hub } from './hub/hub.ts';
import { openHub } from './hub/open-hub.ts';
import { createLastUsed } from './last-used.ts';
import { createModels } from './models.ts';
import { recordQueue } from './queue-recorder.ts';
import type { Models } from './types.ts';

/** The entry of the document of last states. */
const LAST_USED = 'models.lastUsed';
/** The newest images that are searched for models. */
const MAX_IMAGES = 500;

const after = async (models: Models, work: Promise<void>): Promise<ModelsState> => {
  await work;
  return models.state();
};

export const modelsCapability = hostCapability<'models', Models & { readonly hub: Hub }>({
  name: 'models',
  create: (host) => {
    const { hostId, connection, isWindowShown, log, now } = host;
    const backends = host.use(backendsCapability);
    const gallery = host.use(galleryCapability);
    const models = createModels({
      hostId,
      transport: connection,
      login: backends.invokeAiLogin,
      events: backends.invokeAiEvents,
      gpu: host.use(gpuCapability),
      lastUsed: createLastUsed({
        recall: () => host.lastKnown.recall(hostId, LAST_USED),
        remember: (times) => host.lastKnown.remember(hostId, LAST_USED, times),
      }),
      newestImages: () => {
        const label = host.currentProfile()?.label ?? host.profile.label;
        return gallery.newest(MAX_IMAGES).filter(({ hostLabel }) => hostLabel === label);
      },
      isWindowShown,
      log,
      now,
    });
    backends.onInvokeAiChange(() => void models.refresh());
    host.use(servicesCapability).countJobs('invokeai', () => {
      const { phase, queue } = models.state();
      if (phase.kind !== 'live' || queue === null || queue.inProgress === null || queue.pending === null) return null;
      return { running: queue.inProgress, waiting: queue.pending, areWaitingKept: true };
    });
    recordQueue({ hostId, models, history: host.use(historyCapability) });
    return { ...models, hub: openHub(host) };
  },
  handlers: {
    'models.state': (models) => models.state(),
    'models.refresh': (models) => after(models, models.refresh()),
    'models.starters': (models) => models.starters(),
    'models.install': (models, wanted) => after(models, models.install(wanted)),
    'models.actOnJob': (models, { jobId, verb }) => after(models, models.actOnJob(jobId, verb)),
    'models.prune': (models) => after(models, models.prune()),
    'models.remove': (models, { key }) => after(models, models.remove(key)),
    'models.hfLogin': (models) => models.hfLogin(),
    'models.setHfToken': (models, { token }) => models.setHfToken(token),
    'models.actOnQueue': (models, { verb }) => after(models, models.actOnQueue(verb)),
    'models.freeVram': (models) => models.freeVram(),
    'models.cache': (models) => models.cache(),
    'models.followProgress': (models, { isFollowed }) => models.followProgress(isFollowed),
    'models.logIn': (models, wanted) => after(models, models.logIn(wanted)),
    'models.logOut': (models) => after(models, models.logOut()),
    'models.searchHub': ({ hub }, query) => hub.search(query),
    'models.cancelHubSearch': ({ hub }) => hub.cancelSearch(),
    'models.hubModel': ({ hub }, { id }) => hub.model(id),
    'models.hasHubToken': ({ hub }) => hub.hasToken(),
    'models.setHubToken': ({ hub }, { token }) => hub.setToken(token),
  },
  events: (models, emit) => [
    models.onChange((state) => emit('models.changed', state)),
    models.onProgress((progress) => emit('models.progressed', progress)),
  ],
  stop: (models) => {
    models.hub.stop();
    models.stop();
  },
});
