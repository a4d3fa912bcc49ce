import { setTimeout as pause } from 'node:timers/promises';
import type {
  BackendQueue,
  InstallJob,
  InvokeAiDevice,
  ModelsDisk,
  ModelsPhase,
  ModelsState,
} from '../../../shared/capabilities/models/contract.ts';
import { missingBytes } from '../../../shared/disk-need.ts';

import { hasCode, toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { isRecord } from '../../../shared/record.ts';
import { createListAge } from '../../foundation/timing/list-age.ts';
import { polledState } from '../../foundation/timing/polled-state.ts';
import { isPathOnHost, readDisk } from '../backends/disk-space.ts';
import { DownloadSpeed } from '../backends/download-speed.ts';
import { isAtLeast, queuePath } from '../backends/invokeai.ts';
import type { InvokeAiEvent } from '../backends/invokeai-events.ts';
import { textOf, utcOf } from '../backends/values.ts';
import { freeVram } from '../gpu/freed-vram.ts';
import { diskTooSmallError, installNotFoundError, notInvokeAiError, notOffered, queueJobNotFoundError } from './errors.ts';
import { readHfLoginState, setHfToken } from './hugging-face.ts';
import { actOnInstall, startInstall } from './installs.ts';
import { createJobProgress } from './job-progress.ts';
import { isInstallOver, type ReadJob, readJobs, withoutReplaced } from './job-reader.ts';
import { modelKeysOf } from './last-used.ts';
import { readPastJobs, readQueue, StallWatch } from './queue.ts';
import { readCache, readDevice, readModels, readStarters } from './readers.ts';
import { ResumeWatch } from './resume-watch.ts';
import type { Models, ModelsOptions, QueueVerb } from './types.ts';

const BUSY_INTERVAL_MS = 1_000;
const IDLE_INTERVAL_MS = 5_000;
const HIDDEN_INTERVAL_MS = 20_000;
const FAILING_INTERVAL_MS = 5_000;
/** The list and the disk change when something is installed or deleted; else now and then is enough. */
const LIST_INTERVAL_MS = 20_000;
/** The folder where ai-infra puts InvokeAI; elsewhere the disk of the root folder is shown, with its name. */
const DISK_OF = ['/var/lib/invokeai', '/'];

const LIVE: ReadonlySet<InstallJob['state']> = new Set(['waiting', 'downloading', 'downloads_done', 'running']);

export function createModels(o: ModelsOptions): Models {
  const { login, transport, now } = o;
  const { client } = login;
  const progress = createJobProgress(o.isWindowShown);
  const speed = new DownloadSpeed<ReadJob>((job) => job.source);
  const resumes = new ResumeWatch();
  const stalls = new StallWatch();
  /** Jobs whose cancel InvokeAI has not confirmed yet. */
  const cancelling = new Set<number>();
  /** Tokens that were given for one download; a job that is started over needs its own again. */
  const given = new Set<string>();
  let phase: ModelsPhase = { kind: 'away' };
  let models: ModelsState['models'] = null;
  let jobs: Omit<InstallJob, 'isCancelling'>[] = [];
  let queue: BackendQueue | null = null;
  let disk: ModelsDisk | null = null;
  let device: InvokeAiDevice = { kind: 'unknown', name: null };
  let takenAt: number | null = null;
  /** The jobs of the past, whole graphs, are read anew only where events may have been missed. */
  let isPastKnown = false;
  const listAge = createListAge(LIST_INTERVAL_MS);

  const state = (): ModelsState => ({
    hostId: o.hostId,
    phase,
    models,
    jobs: jobs.map((job) => ({ ...job, isCancelling: cancelling.has(job.jobId) })),
    queue,
    disk,
    login: login.state(),
    device,
    lastUsed: o.lastUsed.of(models ?? []),
    canPause: phase.kind === 'live' && isAtLeast(phase.version, 6, 12),
    takenAt,
  });

  const readList = async (signal: AbortSignal): Promise<void> => {
    const isRead = listAge.reading();
    const get = (path: string): Promise<unknown> => client.json({ path, signal }).catch(() => null);
    const [listed, missing, room, devices, dependencies] = await Promise.all([
      client.json({ path: '/api/v2/models/', signal }),
      // Reported since 6.12.
      get('/api/v2/models/missing'),
      readDisk(transport, DISK_OF).catch(() => null),
      get('/api/v1/app/generation_device_options'),
      get('/api/v1/app/app_deps'),
      login.check(signal),
    ]);
    o.lastUsed.noteImages(o.newestImages());
    models = readModels(listed, missing);
    disk = room;
    device = readDevice(devices, dependencies);
    isRead();
  };
  const readPast = async (signal: AbortSignal): Promise<void> => {
    isPastKnown = true;
    for (const item of await readPastJobs(client, signal)) {
      const endedAt = isRecord(item) ? (utcOf(item['completed_at']) ?? utcOf(item['started_at'])) : null;
      if (endedAt !== null) o.lastUsed.noteJob(modelKeysOf(item), endedAt);
    }
    if (!signal.aborted) polled.changed();
  };
  const read = async (signal: AbortSignal): Promise<number> => {
    const answer = await client.json({ path: '/api/v1/app/version', signal });
    const version = isRecord(answer) ? textOf(answer['version']) : null;
    if (version === null) throw notInvokeAiError();
    o.events.open();
    const [installs, nextQueue] = await Promise.all([
      client.json({ path: '/api/v2/models/install', signal }).catch(withoutInstalls),
      readQueue(client, signal, (item) => o.lastUsed.noteJob(modelKeysOf(item), now())),
      listAge.isDue() ? readList(signal) : Promise.resolve(),
    ]);
    // In the background: what runs now does not wait for what ran before.
    if (!isPastKnown) void readPast(signal);
    if (signal.aborted) return 0;
    const before = jobs;
    jobs = speed.measure(resumes.mark(withoutReplaced(readJobs(installs))), monotonicMs());
    queue = stalls.mark(nextQueue, monotonicMs());
    takenAt = now();
    phase = { kind: 'live', version };
    // A job that ended meanwhile changed the list.
    if (before.some((job) => LIVE.has(job.state) && !jobs.some((next) => next.source === job.source && LIVE.has(next.state))))
      await readList(signal);
    return jobs.some((job) => LIVE.has(job.state)) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS;
  };
  const polled = polledState({
    state,
    transport,
    isWindowShown: o.isWindowShown,
    hiddenEveryMs: HIDDEN_INTERVAL_MS,
    now,
    read,
    onFailure: ({ error, since, isNew }) => {
      phase = { kind: 'failing', error, since };
      if (isNew) o.log.warn('models.failing', { code: error.code });
      return FAILING_INTERVAL_MS;
    },
    onOffline: () => {
      phase = { kind: 'away' };
    },
  });

  const onEvent = (event: InvokeAiEvent): void => {
    progress.receive(event);
    if (event.kind === 'progress') return;
    if (event.kind === 'models') listAge.changed();
    if (event.kind === 'line' && event.isUp) isPastKnown = false;
    if (event.kind !== 'install') void polled.refresh();
  };
  const stopEvents = o.events.onEvent(onEvent);

  const isPathThere = (path: string): Promise<boolean | null> => isPathOnHost(transport, path);
  /** Does something and reads what came of it, also where it failed. */
  const doing = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } finally {
      await polled.refresh();
    }
  };
  /** The same for what changes the list of models. */
  const listing = (work: () => Promise<unknown>): Promise<void> =>
    doing(async () => {
      await work();
      listAge.changed();
    });

  return {
    state,
    refresh: () => listing(async () => {}),
    starters: async () => readStarters(await client.json({ path: '/api/v2/models/starter_models' })),
    install: ({ source, isInPlace, token, neededBytes }) =>
      doing(async () => {
        disk = await readDisk(transport, DISK_OF).catch(() => disk);
        if (neededBytes !== null && disk !== null && missingBytes(neededBytes, disk.freeBytes) > 0)
          throw diskTooSmallError(neededBytes, disk);
        if (token !== null) given.add(token);
        await startInstall(client, { source, isInPlace, token }, isPathThere);
      }),
    actOnJob: (jobId, verb) =>
      doing(async () => {
        const job = jobs.find((known) => known.jobId === jobId);
        if (job === undefined) throw installNotFoundError(`job ${jobId}`);
        if (verb === 'resume') resumes.resumed(job);
        const isCancel = verb === 'cancel' || (verb === 'start-over' && !isInstallOver(job.state));
        if (isCancel) cancelling.add(jobId);
        polled.changed();
        await actOnInstall(client, job, { verb, isPathThere, pause, wasGiven: (token) => given.has(token) }).finally(() =>
          cancelling.delete(jobId),
        );
      }),
    prune: () => doing(() => client.json({ method: 'DELETE', path: '/api/v2/models/install' })),
    remove: (key) => listing(() => client.json({ method: 'DELETE', path: `/api/v2/models/i/${encodeURIComponent(key)}` })),
    hfLogin: () => readHfLoginState(client),
    setHfToken: (token) => setHfToken(client, token),
    logIn: (wanted) =>
      listing(async () => {
        await login.logIn(wanted);
        o.events.reopen();
      }),
    logOut: () =>
      listing(async () => {
        login.logOut();
        o.events.reopen();
      }),
    actOnQueue: (verb) => {
      const paths: Readonly<Record<QueueVerb, string>> = {
        pause: 'processor/pause',
        resume: 'processor/resume',
        clear: 'clear',
        'cancel-waiting': 'cancel_all_except_current',
        'cancel-current': `i/${queue?.current?.itemId ?? 0}/cancel`,
      };
      return doing(async () => {
        if (verb === 'cancel-current' && queue?.current == null) throw queueJobNotFoundError();
        await client.json({ method: 'PUT', path: queuePath(paths[verb]) }).catch((thrown: unknown) => {
          // The queue was cleared since it was read.
          throw verb === 'cancel-current' && toPanelError(thrown).facts?.['status'] === '404' ? queueJobNotFoundError() : thrown;
        });
      });
    },
    freeVram: async () => {
      await polled.refresh();
      return freeVram(o.gpu, {
        free: () => client.json({ method: 'POST', path: '/api/v2/models/empty_model_cache' }),
        isJobRunning: () => (queue?.inProgress ?? 0) > 0,
      });
    },
    cache: async () => readCache(await client.json({ path: '/api/v1/app/runtime_config' }).catch(() => null)),
    onChange: polled.onChange,
    followProgress: progress.follow,
    onProgress: progress.onProgress,
    stop: () => {
      stopEvents();
      polled.stop();
    },
  };
}

/** No installs where this version has none, or where the login may not see them. */
function withoutInstalls(thrown: unknown): readonly never[] {
  if (hasCode(toPanelError(thrown), 'invokeai-admin-needed')) return [];
  notOffered(thrown);
  return [];
}
