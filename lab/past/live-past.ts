import { setImmediate } from 'node:timers/promises';
import { LAB_PAST_MS, type LabPastPart } from '../../shared/lab-past.ts';
import { CONNECTION_LINK } from '../../shared/link-subjects.ts';
import { seededRandom } from '../base/random.ts';
import type { RequestLine, RequestLog } from '../gateway/request-log.ts';
import { Simulation } from '../host/simulation.ts';
import { tracebackLines } from '../invokeai/journal-lines.ts';
import type { JournalRecord } from '../systemd/journal.ts';
import { INVOKEAI, invokeLine, SHIM } from '../systemd/unit-definitions.ts';
import { Activity } from './activity.ts';
import { GatewayPast, POLL_MS } from './gateway-past.ts';
import { PastRecorder } from './recorder.ts';
import { PastRequests } from './requests.ts';

const STEP_MS = 1_000;
/** While nobody is at work. */
const IDLE_STEP_MS = 10_000;
/** The host answers others between two slices of this length of its past. */
const SLICE_STEPS = 450;
/** How much of the past is handed on at once. */
const PART_STEPS = 3_600;
/** From its last line to the kernel's first: the host was restarted. */
const RESTART_MS = 45_000;
const STOPPING_MS = 6_000;
/** Half a minute of the steps in which a simulation lives through its own history. */
const CONNECTION_STEPS = 120;

const CRASH_LINES = [
  invokeLine('ERROR', 'Exception in ASGI application', 'uvicorn.error'),
  ...tracebackLines({ type: 'OSError', message: "[Errno 24] Too many open files: '/var/lib/invokeai/databases/invokeai.db'" }),
];

export interface LivedPast {
  readonly records: readonly JournalRecord[];
  /** The gateway's log of requests. */
  readonly requests: readonly RequestLine[];
}

/**
 * Lives through the days before `bootedMs`, when the host was started the last time, in a simulation of its own, and hands on what a panel
 * would have recorded, oldest first. `nowMs`: the end of the past. Others run between its slices.
 */
export async function livePast(o: {
  readonly seed: number;
  readonly nowMs: number;
  readonly bootedMs: number;
  readonly onPart: (part: LabPastPart) => void;
  readonly signal: AbortSignal;
}): Promise<LivedPast> {
  const beginMs = o.nowMs - LAB_PAST_MS;
  const endMs = o.bootedMs - RESTART_MS;
  const activity = new Activity({ seed: o.seed, endMs: o.nowMs });
  const simulation = new Simulation({ seed: o.seed + 7, nowMs: beginMs, historyMs: 0, hasMishaps: false });
  const recorder = new PastRecorder(seededRandom(o.seed + 8));
  const requests = new PastRequests(seededRandom(o.seed + 9));
  const gateway = new GatewayPast(requests, POLL_MS.hidden);
  const due = new Map<number, () => void>([
    [activity.beginOf('outOfMemory'), () => simulation.invokeai.processor.failNext()],
    [activity.beginOf('crash'), () => crash(simulation)],
    [activity.beginOf('crash') + 240_000, () => startAgain(simulation)],
    [endMs - STOPPING_MS, () => stopAll(simulation)],
  ]);
  const handOn = (): void => {
    for (const part of [...recorder.take(), ...gateway.take()]) if (!isEmpty(part)) o.onPart(part);
  };

  let steps = 0;
  let owedMs = 0;
  let wasOffline = false;
  for (let nowMs = beginMs + STEP_MS; nowMs <= endMs; nowMs += STEP_MS) {
    const isBusy = activity.isBusy(nowMs);
    simulation.setQuiet(!isBusy);
    for (const [atMs, happen] of due) {
      if (atMs > nowMs) continue;
      due.delete(atMs);
      happen();
    }
    owedMs += STEP_MS;
    // A stop takes seconds, and each has to be recorded: a service left stopping looks as if it still held its VRAM.
    const isIdle = !isBusy && simulation.invokeai.queue.current === null && nowMs < endMs - STOPPING_MS;
    if (!isIdle || owedMs >= IDLE_STEP_MS) {
      simulation.liveBy(owedMs);
      owedMs = 0;
    }
    const isOffline = activity.during('offline', nowMs);
    if (isOffline !== wasOffline) o.onPart(connection(nowMs, isOffline));
    wasOffline = isOffline;
    if (!isOffline) {
      recorder.observe(simulation, nowMs, { thermalShare: activity.thermalShare(nowMs) });
      const isFlapping = activity.during('flap', nowMs) || activity.during('earlierFlap', nowMs);
      gateway.observe(simulation, nowMs, recorder, { isBusy, isFlapping });
    }
    if (steps % 30 === 0) recorder.link(CONNECTION_LINK, nowMs, !isOffline);
    steps += 1;
    if (steps % PART_STEPS === 0) handOn();
    if (steps % SLICE_STEPS === 0) await setImmediate();
    if (o.signal.aborted) break;
  }
  o.onPart(connection(endMs, true));
  handOn();
  return { records: simulation.journal.records, requests: requests.lines };
}

/** Watches the simulation that is shown, from its start on. */
export class RecentPast {
  readonly #recorder: PastRecorder;
  readonly #requests: PastRequests;
  readonly #gateway: GatewayPast;
  #steps = 0;
  #bootedMs = 0;

  constructor(seed: number) {
    this.#recorder = new PastRecorder(seededRandom(seed + 10));
    this.#requests = new PastRequests(seededRandom(seed + 11));
    this.#gateway = new GatewayPast(this.#requests, POLL_MS.shown);
  }

  readonly observe = (simulation: Simulation, nowMs: number): void => {
    if (this.#bootedMs === 0) this.#bootedMs = nowMs;
    this.#recorder.observe(simulation, nowMs, { thermalShare: 0 });
    this.#gateway.observe(simulation, nowMs, this.#recorder, { isBusy: true, isFlapping: false });
    if (this.#steps % CONNECTION_STEPS === 0) this.#recorder.link(CONNECTION_LINK, nowMs, true);
    this.#steps += 1;
  };

  /** What was recorded; once. Changes of state follow on those of the time before, readings stand for themselves. */
  take(): {
    readonly readings: readonly LabPastPart[];
    readonly changes: readonly LabPastPart[];
    readonly requests: readonly RequestLine[];
  } {
    const parts = [connection(this.#bootedMs, false), ...this.#recorder.take(), ...this.#gateway.take()].filter((part) => !isEmpty(part));
    return {
      readings: parts.filter((part) => !('changes' in part)),
      changes: parts.filter((part) => 'changes' in part),
      requests: this.#requests.lines,
    };
  }
}

/** Hands on the past of a host that is up already, the newest readings first, and gives it the logs of the days before its start. */
export async function tellPast(
  recent: RecentPast,
  o: {
    readonly seed: number;
    readonly startMs: number;
    readonly simulation: Simulation;
    readonly requestLog: Pick<RequestLog, 'prepend'>;
    readonly onPart: (part: LabPastPart) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { seed, startMs, simulation, requestLog, onPart, signal } = o;
  const { readings, changes, requests } = recent.take();
  for (const part of readings) onPart(part);
  const lived = await livePast({ seed, nowMs: startMs, bootedMs: simulation.bootedAt(), onPart, signal });
  if (signal.aborted) return;
  for (const part of changes) onPart(part);
  simulation.journal.prepend(lived.records);
  requestLog.prepend([...lived.requests, ...requests]);
}

const connection = (at: number, isLost: boolean): LabPastPart => ({
  kind: 'connection',
  changes: [{ at, state: isLost ? 'lost' : 'online', detail: isLost ? 'The connection was lost.' : null }],
});

function crash(simulation: Simulation): void {
  const unit = simulation.units.units.get(INVOKEAI);
  const shim = simulation.units.units.get(SHIM);
  if (unit === undefined) return;
  for (const line of CRASH_LINES) simulation.units.print(unit, line);
  simulation.units.crash(unit);
  // systemd stops what requires a unit that failed.
  if (shim !== undefined) simulation.units.stop(shim, () => undefined);
}

function stopAll({ units }: Simulation): void {
  for (const unit of units.units.values()) units.stop(unit, () => undefined);
}

function startAgain(simulation: Simulation): void {
  // The shim requires InvokeAI, so that systemd starts both.
  const shim = simulation.units.units.get(SHIM);
  if (shim !== undefined) simulation.units.start(shim, () => undefined);
}

function isEmpty(part: LabPastPart): boolean {
  switch (part.kind) {
    case 'processes':
      return part.lists.length === 0;
    case 'units':
    case 'backends':
    case 'connection':
      return part.changes.length === 0;
    case 'runs':
      return part.runs.length === 0;
    default:
      return part.rows.length === 0;
  }
}
