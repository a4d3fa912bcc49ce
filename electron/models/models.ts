import type {
  BackendQueue,
  CacheFact,
  HfLogin,
  InstallJob,
  ModelsDisk,
  ModelsPhase,
  ModelsState,
  QueueProgress,
  StarterList,
} from '../../shared/contract/models.ts';
import { toPanelError } from '../../shared/errors.ts';
import { queuePath } from '../backends/invokeai.ts';
import type { InvokeAiEvent, InvokeAiLine } from '../backends/invokeai-events.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { isRecord, textOf } from '../backends/values.ts';
import { type FreedVram, freeVram } from '../gpu/freed-vram.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import type { Logger } from '../log.ts';
import { type Loop, startLoop } from '../loop.ts';
import type { Transport } from '../ssh/transport.ts';
import { readDisk } from './disk.ts';
import { doesNotFit, explainInstall, notInvokeAi, notOffered } from './problems.ts';
import { readQueue } from './queue.ts';
import { readCache, readHfLogin, readJobs, readModels, readStarters } from './readers.ts';
import { DownloadSpeed } from './speed.ts';

const BUSY_EVERY_MS = 1_000;
const IDLE_EVERY_MS = 5_000;
const HIDDEN_EVERY_MS = 20_000;
const FAILING_EVERY_MS = 5_000;
/** The list and the disk change when something is installed or deleted; else now and then is enough. */
const LIST_EVERY_MS = 20_000;
/** InvokeAI asks Hugging Face for the files of a repo before it answers. */
const INSTALL_LIMIT_MS = 90_000;
/** Where ai-infra puts InvokeAI; elsewhere the root's disk is told, with its name. */
const DISK_OF = ['/var/lib/invokeai', '/'];
/** Room beside the files themselves, for what is unpacked and logged meanwhile. */
const SPARE_BYTES = 1024 ** 3;

const LIVE: ReadonlySet<InstallJob['state']> = new Set(['waiting', 'downloading', 'downloads_done', 'running']);

export type JobVerb = 'pause' | 'resume' | 'restart' | 'cancel';
export type QueueVerb = 'pause' | 'resume' | 'clear' | 'cancel-current' | 'cancel-waiting';

/** InvokeAI's models, installs and queue on one host. What changes something throws why it could not. */
export interface Models {
  state(): ModelsState;
  refresh(): Promise<void>;
  starters(): Promise<StarterList>;
  install(o: {
    readonly source: string;
    readonly isInPlace: boolean;
    readonly token: string | null;
    readonly neededBytes: number | null;
  }): Promise<void>;
  actOnJob(jobId: number, verb: JobVerb): Promise<void>;
  prune(): Promise<void>;
  remove(key: string): Promise<void>;
  hfLogin(): Promise<HfLogin>;
  setHfToken(token: string | null): Promise<HfLogin>;
  actOnQueue(verb: QueueVerb): Promise<void>;
  freeVram(): Promise<FreedVram>;
  cache(): Promise<CacheFact[]>;
  onChange(listener: (state: ModelsState) => void): () => void;
  /** How far the job that runs is, while the window is shown; null = it ended. */
  onProgress(listener: (progress: QueueProgress | null) => void): () => void;
  stop(): void;
}

export interface ModelsOptions {
  readonly hostId: string;
  readonly transport: Transport;
  readonly client: JsonClient;
  readonly line: InvokeAiLine;
  readonly gpu: Pick<GpuSampler, 'status' | 'onSamples'>;
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now: () => number;
}

export function createModels(o: ModelsOptions): Models {
  const { client, transport, now } = o;
  const listeners = new Set<(state: ModelsState) => void>();
  const progressListeners = new Set<(progress: QueueProgress | null) => void>();
  const speed = new DownloadSpeed<Omit<InstallJob, 'bytesPerSecond' | 'leftMs'>>((job) => job.source);
  let phase: ModelsPhase = { kind: 'away' };
  let models: ModelsState['models'] = null;
  let jobs: InstallJob[] = [];
  let queue: BackendQueue | null = null;
  let preview: string | null = null;
  let disk: ModelsDisk | null = null;
  let takenAt: number | null = null;
  let listedAt = Number.NEGATIVE_INFINITY;
  let loop: Loop | null = null;

  const state = (): ModelsState => ({
    hostId: o.hostId,
    phase,
    models,
    jobs,
    queue,
    disk,
    canPause: phase.kind === 'live' && isAtLeast(phase.version, 6, 12),
    takenAt,
  });
  const changed = (): void => {
    for (const listener of listeners) listener(state());
  };
  const progressed = (progress: QueueProgress | null): void => {
    for (const listener of progressListeners) listener(progress);
  };
  const isOnline = (): boolean => transport.snapshot.state.kind === 'online';

  const readList = async (signal: AbortSignal): Promise<void> => {
    const [listed, missing, room] = await Promise.all([
      client.json({ path: '/api/v2/models/', signal }),
      client.json({ path: '/api/v2/models/missing', signal }).catch(() => null),
      readDisk(transport, DISK_OF).catch(() => null),
    ]);
    models = readModels(listed, missing);
    disk = room;
    listedAt = now();
  };
  const turn = async (signal: AbortSignal): Promise<number | null> => {
    if (!isOnline()) {
      if (phase.kind !== 'away') {
        phase = { kind: 'away' };
        changed();
      }
      return null;
    }
    o.line.open();
    try {
      const version = await client.json({ path: '/api/v1/app/version', signal });
      const told = isRecord(version) ? textOf(version['version']) : null;
      if (told === null) throw notInvokeAi();
      const [installs, nextQueue] = await Promise.all([
        client.json({ path: '/api/v2/models/install', signal }).catch(() => []),
        readQueue(client, signal),
        now() - listedAt > LIST_EVERY_MS ? readList(signal) : Promise.resolve(),
      ]);
      if (signal.aborted) return null;
      const before = jobs;
      jobs = speed.measure(readJobs(installs), now());
      queue = nextQueue;
      takenAt = now();
      phase = { kind: 'live', version: told };
      // A job that ended meanwhile changed the list.
      if (before.some((job) => LIVE.has(job.state) && !jobs.some((next) => next.source === job.source && LIVE.has(next.state))))
        await readList(signal);
      changed();
      if (!o.isWindowShown()) return HIDDEN_EVERY_MS;
      return jobs.some((job) => LIVE.has(job.state)) ? BUSY_EVERY_MS : IDLE_EVERY_MS;
    } catch (thrown) {
      if (signal.aborted) return null;
      const error = toPanelError(thrown);
      if (phase.kind !== 'failing' || phase.error.code !== error.code) {
        phase = { kind: 'failing', error, since: now() };
        o.log.warn('models.failing', { code: error.code });
      }
      changed();
      return FAILING_EVERY_MS;
    }
  };

  const onEvent = (event: InvokeAiEvent): void => {
    if (event.kind === 'progress') {
      preview = event.preview ?? preview;
      if (o.isWindowShown()) progressed({ said: event.message, share: event.share, preview });
      return;
    }
    if (event.kind === 'models') listedAt = Number.NEGATIVE_INFINITY;
    if (event.kind === 'item' && event.status !== 'in_progress') {
      preview = null;
      progressed(null);
    }
    if (event.kind !== 'install') void loop?.now();
  };
  const stopEvents = [o.line.onEvent(onEvent), transport.onChange(() => void loop?.now())];
  loop = startLoop(turn);

  /** Does something and reads what came of it. */
  const doing = async (work: () => Promise<unknown>): Promise<void> => {
    await work();
    await loop?.now();
  };
  /** The same for what changes the list of models. */
  const listing = (work: () => Promise<unknown>): Promise<void> =>
    doing(async () => {
      await work();
      listedAt = Number.NEGATIVE_INFINITY;
    });

  return {
    state,
    refresh: () => listing(async () => {}),
    starters: async () => readStarters(await client.json({ path: '/api/v2/models/starter_models' })),
    install: ({ source, isInPlace, token, neededBytes }) =>
      doing(async () => {
        disk = await readDisk(transport, DISK_OF).catch(() => disk);
        if (neededBytes !== null && disk !== null && disk.freeBytes < neededBytes + SPARE_BYTES) throw doesNotFit(neededBytes, disk);
        const query = new URLSearchParams({
          source,
          inplace: String(isInPlace),
          ...(token === null || token === '' ? {} : { access_token: token }),
        });
        await client
          .json({ method: 'POST', path: `/api/v2/models/install?${query.toString()}`, body: {}, timeoutMs: INSTALL_LIMIT_MS })
          .catch(explainInstall(source));
      }),
    actOnJob: (jobId, verb) =>
      doing(() => {
        const path = `/api/v2/models/install/${jobId}`;
        if (verb === 'cancel') return client.json({ method: 'DELETE', path });
        return client.json({ method: 'POST', path: `${path}/${verb === 'restart' ? 'restart_failed' : verb}` });
      }),
    prune: () => doing(() => client.json({ method: 'DELETE', path: '/api/v2/models/install' })),
    remove: (key) => listing(() => client.json({ method: 'DELETE', path: `/api/v2/models/i/${encodeURIComponent(key)}` })),
    hfLogin: async () => {
      const reply = await client.json({ path: '/api/v2/models/hf_login', timeoutMs: 30_000 }).catch(notOffered);
      return reply === 'not-offered' ? 'not-offered' : readHfLogin(reply);
    },
    setHfToken: async (token) =>
      readHfLogin(
        token === null
          ? await client.json({ method: 'DELETE', path: '/api/v2/models/hf_login' })
          : await client.json({ method: 'POST', path: '/api/v2/models/hf_login', body: { token }, timeoutMs: 30_000 }),
      ),
    actOnQueue: (verb) => {
      const paths: Readonly<Record<QueueVerb, string>> = {
        pause: 'processor/pause',
        resume: 'processor/resume',
        clear: 'clear',
        'cancel-waiting': 'cancel_all_except_current',
        'cancel-current': `i/${queue?.current?.itemId ?? 0}/cancel`,
      };
      return doing(() => client.json({ method: 'PUT', path: queuePath(paths[verb]) }));
    },
    freeVram: () => freeVram(o.gpu, () => client.json({ method: 'POST', path: '/api/v2/models/empty_model_cache' })),
    cache: async () => readCache(await client.json({ path: '/api/v1/app/runtime_config' }).catch(() => null)),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onProgress: (listener) => {
      progressListeners.add(listener);
      return () => progressListeners.delete(listener);
    },
    stop: () => {
      for (const stop of stopEvents) stop();
      loop?.stop();
    },
  };
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [one = 0, two = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return one > major || (one === major && two >= minor);
}
