import type { CheckpointDownload, ComfyUiPhase, ComfyUiState } from '../../../shared/capabilities/comfyui/contract.ts';
import type { FreedVram } from '../../../shared/capabilities/models/contract.ts';
import { hasCode, toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { createListAge } from '../../foundation/timing/list-age.ts';
import { type Failure, polledState } from '../../foundation/timing/polled-state.ts';
import { readCheckpoints } from '../backends/comfyui.ts';
import { readDisk } from '../backends/disk-space.ts';
import { DownloadSpeed } from '../backends/download-speed.ts';
import { type JsonClient, jsonOf } from '../backends/json-client.ts';
import { freeVram } from '../gpu/freed-vram.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import type { Services } from '../services/services.ts';
import type { ListedDownload } from './download-list.ts';
import { type DownloadRequest, endDownload, listDownloads, resumeDownload, startDownload } from './downloads.ts';
import { folderUnknownError, notComfyUiError } from './errors.ts';
import { folderOfUnit, readComfyQueue, readFolder, readSystem } from './replies.ts';

const BUSY_INTERVAL_MS = 1_000;
const IDLE_INTERVAL_MS = 5_000;
const HIDDEN_INTERVAL_MS = 20_000;
/** Without a download in progress, only another panel changes the list. */
const LIST_INTERVAL_MS = 30_000;
/** A host without ComfyUI is asked now and then whether it has one by now. */
const ABSENT_INTERVAL_MS = 30_000;

/** ComfyUI on one host, and the checkpoints fetched for it. What changes something throws why it could not. */
export interface ComfyUi {
  state(): ComfyUiState;
  refresh(): Promise<void>;
  interrupt(promptId: string): Promise<void>;
  /** Null = all that waits. */
  dequeue(promptId: string | null): Promise<void>;
  free(): Promise<FreedVram>;
  download(wanted: DownloadRequest): Promise<void>;
  actOnDownload(name: string, verb: 'stop' | 'resume' | 'discard'): Promise<void>;
  onChange(listener: (state: ComfyUiState) => void): () => void;
  stop(): void;
}

export function createComfyUi(o: {
  readonly hostId: string;
  readonly transport: Transport;
  readonly client: JsonClient;
  readonly gpu: Pick<GpuSampler, 'status' | 'onSamples'>;
  /** For the unit that runs it. */
  readonly services: Pick<Services, 'state' | 'onChange'>;
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now: () => number;
}): ComfyUi {
  const { client, transport, now } = o;
  const speed = new DownloadSpeed<ListedDownload>((download) => download.name);
  let phase: ComfyUiPhase = { kind: 'away' };
  let last: Pick<ComfyUiState, 'system' | 'queue' | 'checkpoints' | 'disk' | 'takenAt'> = {
    system: null,
    queue: null,
    checkpoints: null,
    disk: null,
    takenAt: null,
  };
  let folder: string | null = null;
  let downloads: CheckpointDownload[] = [];
  const listAge = createListAge(LIST_INTERVAL_MS);
  /** Addresses and tokens of downloads that this panel began, for going on; they are saved nowhere. */
  const secrets = new Map<string, Pick<DownloadRequest, 'url' | 'token'>>();
  let listed: ListedDownload[] = [];

  const unit = () => o.services.state().units.find((known) => /comfyui/i.test(known.name) && known.loadState === 'loaded') ?? null;
  const state = (): ComfyUiState => ({ hostId: o.hostId, phase, ...last, folder, downloads });
  const isFetching = (): boolean => downloads.some(({ state: is }) => is === 'downloading' || is === 'checking');
  const get = (path: string, signal: AbortSignal) => client.json({ path, signal });

  /** Where the checkpoints lie, by its own word or by its unit; looked for until it is found. */
  const findFolder = async (signal: AbortSignal): Promise<void> => {
    if (folder !== null) return;
    folder = readFolder(await get('/internal/folder_paths', signal).catch(() => null));
    const name = unit()?.name;
    if (folder === null && name !== undefined)
      folder = folderOfUnit((await transport.exec(['systemctl', 'show', '-p', 'WorkingDirectory', '--', name])).stdout);
  };
  /** Downloads continue and are reported while ComfyUI is stopped. Without one in progress, the host is not queried. */
  const readDownloads = async (): Promise<void> => {
    if (folder === null || (!isFetching() && !listAge.isDue())) return;
    const isRead = listAge.reading();
    listed = await listDownloads(transport, folder);
    downloads = speed.measure(listed, monotonicMs());
    for (const { name, state: is } of listed) if (is === 'done') secrets.delete(name);
    last = { ...last, disk: await readDisk(transport, [folder]).catch(() => last.disk) };
    isRead();
  };
  const request = async (signal: AbortSignal): Promise<void> => {
    const reported = readSystem(await get('/system_stats', signal));
    if (reported === null) throw notComfyUiError();
    const [queue, checkpoints] = await Promise.all([get('/queue', signal), get('/models/checkpoints', signal).catch(() => null)]);
    last = { ...last, system: reported.system, queue: readComfyQueue(queue), checkpoints: readCheckpoints(checkpoints), takenAt: now() };
    phase = { kind: 'live', version: reported.version };
  };
  const onFailure = ({ error, since, isNew }: Failure): number => {
    // A ComfyUI that responded once is failing, not absent, with or without a unit of its name.
    const services = o.services.state();
    // Without systemd there is no unit to wait for; a systemd that does not respond reports no units.
    const areUnitsKnown = services.takenAt !== null || hasCode(services.error, 'systemd-absent');
    const mayBeAbsent = unit() === null && last.takenAt === null && hasCode(error, 'tunnel-refused');
    if (mayBeAbsent && (areUnitsKnown || services.error === null)) {
      phase = { kind: areUnitsKnown ? 'absent' : 'waiting' };
    } else {
      phase = { kind: 'failing', error, since };
      if (isNew) o.log.warn('comfyui.failing', { code: error.code });
    }
    if (!o.isWindowShown()) return HIDDEN_INTERVAL_MS;
    if (isFetching()) return BUSY_INTERVAL_MS;
    return phase.kind === 'absent' ? ABSENT_INTERVAL_MS : IDLE_INTERVAL_MS;
  };
  const read = async (signal: AbortSignal): Promise<number> => {
    const refused = await request(signal).then(
      () => null,
      (thrown: unknown) => ({ thrown }),
    );
    if (signal.aborted) return 0;
    try {
      await findFolder(signal);
      await readDownloads();
    } catch (thrown) {
      if (!signal.aborted) o.log.warn('comfyui.downloads-not-read', { code: toPanelError(thrown).code });
    }
    if (refused !== null) throw refused.thrown;
    return isFetching() || last.queue?.running != null ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS;
  };
  const polled = polledState({
    state,
    transport,
    isWindowShown: o.isWindowShown,
    hiddenEveryMs: HIDDEN_INTERVAL_MS,
    now,
    read,
    onFailure,
    onOffline: () => {
      phase = { kind: 'away' };
    },
  });
  let unitWas = '';
  // It was installed, started or stopped: no need to wait for the next look.
  const stopServices = o.services.onChange(() => {
    const is = unit();
    const { takenAt, error } = o.services.state();
    const next = is === null ? `none ${takenAt !== null} ${error?.code ?? ''}` : `${is.name} ${is.activeState} ${is.subState}`;
    if (next === unitWas) return;
    unitWas = next;
    void polled.refresh();
  });

  const post = async (path: string, body: unknown): Promise<void> => {
    const reply = await client.request({ method: 'POST', path, body });
    // What it does, it answers with nothing.
    if (reply.status !== 200 || reply.body !== '') jsonOf(reply, client.peer, path);
  };
  const then = async (work: Promise<unknown>): Promise<void> => {
    await work;
    listAge.changed();
    await polled.refresh();
  };
  const inFolder = (): string => {
    if (folder === null) throw folderUnknownError();
    return folder;
  };
  return {
    state,
    refresh: () => then(Promise.resolve()),
    interrupt: (promptId) => then(post('/interrupt', { prompt_id: promptId })),
    dequeue: (promptId) => then(post('/queue', promptId === null ? { clear: true } : { delete: [promptId] })),
    free: async () => {
      await polled.refresh();
      return freeVram(o.gpu, {
        free: () => post('/free', { unload_models: true, free_memory: true }),
        isJobRunning: () => last.queue !== null && last.queue.running !== null,
      });
    },
    download: async (wanted) => {
      const work = startDownload(transport, inFolder(), wanted).then(() => void secrets.set(wanted.name, wanted));
      await then(work);
    },
    actOnDownload: async (name, verb) => {
      const known = listed.find((download) => download.name === name);
      if (known === undefined) return;
      if (verb === 'discard') secrets.delete(name);
      const secret = secrets.get(name) ?? null;
      await then(verb === 'resume' ? resumeDownload(transport, inFolder(), known, secret) : endDownload(transport, inFolder(), name, verb));
    },
    onChange: polled.onChange,
    stop: () => {
      stopServices();
      polled.stop();
    },
  };
}
