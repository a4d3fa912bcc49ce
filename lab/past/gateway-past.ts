import type { LabPastPart, PastBackendChange, PastRun } from '../../shared/lab-past.ts';
import { backendLink, endpointLink, GATEWAY_LINK } from '../../shared/link-subjects.ts';
import { BACKENDS, IMAGES_CLASS } from '../gateway/backends.ts';
import { othersAt } from '../gateway/slots.ts';
import type { Simulation } from '../host/simulation.ts';
import type { QueueItem } from '../invokeai/queue-item.ts';
import { INVOKEAI, NGINX, SHIM } from '../systemd/unit-definitions.ts';
import type { PastRecorder } from './recorder.ts';
import type { PastRequests } from './requests.ts';
import { Rows } from './rows.ts';

/** As the panel polls while its window is hidden, and while it is shown. */
export const POLL_MS = { hidden: 15_000, shown: 2_000 } as const;
const LINKS_MS = 30_000;
/** Every second image is asked for through the gateway, every sixth by this panel. */
const THROUGH_GATEWAY = 2;
const BY_PANEL = 6;
/** Somebody else's image holds the other slot for a while after every so many of them. */
const FULL_EVERY = 9;

interface Job {
  readonly itemId: number;
  readonly beganMs: number;
  readonly model: string;
}

/** What the panel would have seen of the gateway, and the gateway's own log of requests. */
export class GatewayPast {
  readonly #requests: PastRequests;
  readonly #pollMs: number;
  readonly #slots = new Map(
    BACKENDS.flatMap(({ name, limits }) =>
      Object.entries(limits).map(([kind, limit]) => [`${name}.${kind}`, { name, kind, limit, rows: new Rows(4) }]),
    ),
  );
  readonly #panelRequests = new Rows(6);
  #changes: PastBackendChange[] = [];
  #runs: PastRun[] = [];
  #job: Job | null = null;
  #state = '';
  #polledAtMs = 0;
  #linkedAtMs = 0;

  constructor(requests: PastRequests, pollMs: number) {
    this.#requests = requests;
    this.#pollMs = pollMs;
  }

  /** `isFlapping`: the gateway finds the shim not ready although it is. */
  observe(
    simulation: Simulation,
    nowMs: number,
    recorder: PastRecorder,
    o: { readonly isBusy: boolean; readonly isFlapping: boolean },
  ): void {
    const isUp = (name: string): boolean => simulation.units.units.get(name)?.activeState === 'active';
    const isRunning = isUp(INVOKEAI) && isUp(SHIM);
    const isReady = isRunning && !o.isFlapping;
    this.#follow(simulation, nowMs);
    const isOurs = this.#job !== null && this.#job.itemId % THROUGH_GATEWAY === 0;
    const isFull = isOurs && (this.#job?.itemId ?? 1) % FULL_EVERY === 0;
    this.#requests.step(nowMs, { isBusy: o.isBusy, isReady, isFull });
    if (nowMs - this.#polledAtMs >= this.#pollMs) {
      this.#polledAtMs = nowMs;
      for (const { name, kind, limit, rows } of this.#slots.values()) {
        const images = name === IMAGES_CLASS ? (isFull ? 2 : isOurs ? 1 : 0) : 0;
        const inUse = Math.min(limit, kind === 'images' ? images : o.isBusy ? othersAt(`${name}.${kind}`, kind, nowMs) : 0);
        rows.add(nowMs, limit, limit - inUse, inUse);
      }
      this.#panelRequests.add(nowMs, 0, 0, 0, 0, Number.NaN);
      this.#reportBackend(nowMs, isReady, isRunning);
    }
    if (nowMs - this.#linkedAtMs < LINKS_MS) return;
    this.#linkedAtMs = nowMs;
    recorder.link(GATEWAY_LINK, nowMs, true);
    recorder.link(backendLink(IMAGES_CLASS), nowMs, isReady);
    recorder.link(endpointLink('shim'), nowMs, isRunning);
    recorder.link(endpointLink('nginx'), nowMs, isUp(NGINX));
  }

  /** What was recorded since the last call. */
  take(): LabPastPart[] {
    const parts: LabPastPart[] = [
      ...[...this.#slots.values()].map(
        ({ name, kind, rows }): LabPastPart => ({ kind: 'slots', backendClass: name, routeKind: kind, rows: rows.take() }),
      ),
      { kind: 'requests', rows: this.#panelRequests.take() },
      { kind: 'backends', changes: this.#changes },
      { kind: 'runs', runs: this.#runs },
    ];
    this.#changes = [];
    this.#runs = [];
    return parts;
  }

  #follow({ invokeai }: Simulation, nowMs: number): void {
    const { current } = invokeai.queue;
    if (this.#job !== null && current?.itemId !== this.#job.itemId) {
      const { itemId, beganMs, model } = this.#job;
      const ended = invokeai.queue.get(itemId);
      this.#job = null;
      const isOurs = itemId % THROUGH_GATEWAY === 0 || ended?.error !== null;
      if (isOurs && ended !== null && ended.status !== 'canceled')
        this.#ended(nowMs, { itemId, elapsedMs: nowMs - beganMs, model, error: ended.error });
    }
    if (current !== null && this.#job === null) this.#job = { itemId: current.itemId, beganMs: nowMs, model: modelOf(current.graph.nodes) };
  }

  #ended(
    atMs: number,
    o: { readonly itemId: number; readonly elapsedMs: number; readonly model: string; readonly error: QueueItem['error'] },
  ): void {
    const { itemId, elapsedMs, model, error } = o;
    const isOfPanel = itemId % BY_PANEL === 0 || error !== null;
    this.#requests.image(atMs, { elapsedMs, status: error === null ? 200 : 502 });
    if (!isOfPanel) return;
    this.#panelRequests.add(atMs, error === null ? 1 : 0, 0, 0, error === null ? 0 : 1, error === null ? elapsedMs : Number.NaN);
    this.#runs.push({ at: atMs, model, elapsedMs, error: error === null ? null : `${error.type}: ${error.message}` });
  }

  #reportBackend(at: number, isReady: boolean, isRunning: boolean): void {
    const state = `${isReady} ${isRunning}`;
    if (state === this.#state) return;
    this.#state = state;
    const error = isReady ? null : isRunning ? 'readiness check timed out' : 'Connection refused';
    this.#changes.push({ at, name: IMAGES_CLASS, isHealthy: isRunning, isReady, error });
  }
}

function modelOf(nodes: Readonly<Record<string, unknown>>): string {
  for (const node of Object.values(nodes)) {
    const model = typeof node === 'object' && node !== null && 'model' in node ? node.model : null;
    if (typeof model === 'object' && model !== null && 'name' in model && typeof model.name === 'string') return model.name;
  }
  return '';
}
