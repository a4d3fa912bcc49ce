import {
  type ActionProgress,
  type Consequences,
  type RunLine,
  type ServiceRun,
  ServicesState,
  type ServiceUnit,
  type Verb,
} from '../../../shared/capabilities/services/contract.ts';
import { type ChainRole, roleOfUnit } from '../../../shared/chain-units.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { LastKnown } from '../../foundation/files/last-known.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { createActions } from './actions.ts';
import { consequencesOf, type QueuedJobs } from './consequences.ts';
import { chooseUnits, type FoundUnit, listServices } from './discovery.ts';
import { unitNotFoundError } from './errors.ts';
import { createOwnActions } from './own-actions.ts';
import { readUnit, readUnits } from './reader.ts';
import { readRuns } from './run-history.ts';
import { readLastLines } from './run-lines.ts';
import { toServiceUnit } from './unit-state.ts';
import { createWatcher } from './watcher.ts';

const DISCOVER_INTERVAL_MS = 60_000;
const REMEMBERED = 'services';

export interface ServicePreferences {
  readonly pinned: readonly string[];
  readonly order: readonly string[];
}

/** The services of one host. Throws PanelException; the files of the parts list the codes. */
export interface Services {
  start(): void;
  stop(): void;
  state(): ServicesState;
  /** Discovers and reads all units; an error is in the state and not thrown. */
  refresh(): Promise<ServicesState>;
  consequences(unit: string, verb: Verb): Promise<Consequences>;
  /** Sets what reports the jobs of a program; null = unknown now. */
  countJobs(role: ChainRole, count: () => QueuedJobs | null): void;
  act(unit: string, verb: Verb): { actionId: string };
  lastLines(unit: string, count: number): Promise<RunLine[]>;
  runs(unit: string): Promise<ServiceRun[]>;
  discover(): Promise<FoundUnit[]>;
  pin(unit: string, pinned: boolean): void;
  order(units: readonly string[]): void;
  /** Reads again whether a verb needs a password. Never throws. */
  checkSudo(): Promise<void>;
  onChange(listener: (state: ServicesState) => void): () => void;
  onAction(listener: (progress: ActionProgress) => void): () => void;
}

/** Creates the services with the last known state. Nothing is read before start(). */
export function createServices(o: {
  readonly transport: Transport;
  readonly hostId: string;
  readonly hostLabel: () => string;
  readonly preferences: { read(): ServicePreferences; write(preferences: ServicePreferences): void };
  /** MiB of VRAM by unit name; NaN = unknown. */
  readonly vramByUnit: () => ReadonlyMap<string, number>;
  readonly lastKnown: LastKnown;
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now?: () => number;
  /** Host clock minus this computer's clock in ms. */
  readonly clockOffsetMs?: () => number;
}): Services {
  const { transport } = o;
  const now = o.now ?? Date.now;
  const changes = createEmitter<ServicesState>();
  const actionProgress = createEmitter<ActionProgress>();
  const ownActions = createOwnActions({ clockOffsetMs: o.clockOffsetMs ?? (() => 0), now });
  let state = recalled(o.hostId, o.lastKnown);
  const jobCounts = new Map<ChainRole, () => QueuedJobs | null>();
  let found: readonly string[] = [];
  /** null = the host is asked for its units by the next reading. */
  let foundAt: number | null = null;
  let readAtMs: number | null = null;
  let reading: Promise<void> | null = null;
  let readAgain = false;

  const publish = (next: ServicesState): void => {
    state = next;
    o.lastKnown.remember(o.hostId, REMEMBERED, next);
    changes.emit(next);
  };
  const chosen = (): readonly string[] => chooseUnits({ found, ...o.preferences.read() });

  const discover = async (): Promise<void> => {
    // Before the answer, so that a refresh meanwhile has them asked for once more.
    foundAt = monotonicMs();
    try {
      found = (await listServices(transport)).map((unit) => unit.name);
    } catch (cause) {
      foundAt = null;
      throw cause;
    }
  };
  const readOnce = async (): Promise<void> => {
    try {
      if (foundAt === null || monotonicMs() - foundAt >= DISCOVER_INTERVAL_MS) await discover();
      const names = chosen();
      watcher.watch(names);
      const shown = await readUnits(transport, names);
      watcher.read(shown);
      const takenAt = now();
      const atMs = monotonicMs();
      const elapsedMs = readAtMs === null ? null : atMs - readAtMs;
      readAtMs = atMs;
      const before = new Map(state.units.map((unit) => [unit.name, unit]));
      const pinned = new Set(o.preferences.read().pinned);
      // The operator may have moved or unpinned units while these were read.
      const units = chosen().flatMap((name): ServiceUnit[] => {
        const unit = shown.get(name);
        return unit === undefined
          ? []
          : [toServiceUnit(name, unit, { before: before.get(name), pinned: pinned.has(name), takenAt, elapsedMs })];
      });
      publish({ ...state, units, takenAt, error: null });
      if (state.sudoWithoutPassword === null) await checkSudo();
    } catch (thrown) {
      // The last reading stays, with its time.
      publish({ ...state, error: toPanelError(thrown) });
    }
  };
  /** One reading at a time; requests meanwhile cause exactly one more. */
  const read = (): Promise<void> => {
    if (reading !== null) {
      readAgain = true;
      return reading;
    }
    reading = (async () => {
      do {
        readAgain = false;
        await readOnce();
      } while (readAgain && transport.snapshot.state.kind === 'online');
    })().finally(() => {
      reading = null;
    });
    return reading;
  };
  const checkSudo = async (): Promise<void> => {
    const names = state.units.filter((unit) => unit.loadState === 'loaded').map((unit) => unit.name);
    const first = names[0];
    if (first === undefined) return;
    const answer = await transport.mayRunAsRoot(['/usr/bin/systemctl', 'restart', first]).catch(() => null);
    if (answer !== state.sudoWithoutPassword) publish({ ...state, sudoWithoutPassword: answer });
  };
  const watcher = createWatcher({
    transport,
    isWindowShown: o.isWindowShown,
    log: o.log,
    onCheck: () => void read(),
    onOnline: () => {
      foundAt = null;
      state = { ...state, sudoWithoutPassword: null };
      void read();
    },
  });
  const actions = createActions({
    transport,
    now,
    emit: (progress) => {
      ownActions.note(progress);
      actionProgress.emit(progress);
    },
    onEnd: () => {
      if (transport.snapshot.state.kind === 'online') void read();
    },
  });

  return {
    start: watcher.start,
    stop: () => {
      watcher.stop();
      actions.stop();
    },
    state: () => state,
    refresh: async () => {
      foundAt = null;
      await read();
      return state;
    },
    consequences: async (unit, verb) => {
      const shown = await readUnit(transport, unit);
      if (shown === null) throw unitNotFoundError(unit);
      const heldMiB = o.vramByUnit().get(unit) ?? Number.NaN;
      const role = roleOfUnit(unit);
      const count = role === null ? undefined : jobCounts.get(role);
      return consequencesOf({
        unit,
        verb,
        hostLabel: o.hostLabel(),
        shown,
        heldVramMiB: Number.isFinite(heldMiB) ? heldMiB : null,
        ...(count === undefined ? {} : { jobs: count() }),
      });
    },
    countJobs: (role, count) => void jobCounts.set(role, count),
    act: actions.act,
    lastLines: (unit, count) => readLastLines(transport, unit, count),
    runs: async (unit) => ownActions.claim(unit, await readRuns(transport, unit)),
    discover: async () => [...(await listServices(transport))],
    pin: (unit, pinned) => {
      const { pinned: before, order } = o.preferences.read();
      const others = before.filter((name) => name !== unit);
      o.preferences.write({ pinned: pinned ? [...others, unit] : others, order });
      if (transport.snapshot.state.kind === 'online') void read();
    },
    order: (units) => {
      o.preferences.write({ pinned: o.preferences.read().pinned, order: [...units] });
      const byName = new Map(state.units.map((unit) => [unit.name, unit]));
      const names = chooseUnits({ found: state.units.map((unit) => unit.name), ...o.preferences.read() });
      publish({ ...state, units: names.flatMap((name) => byName.get(name) ?? []) });
    },
    checkSudo,
    onChange: changes.on,
    onAction: actionProgress.on,
  };
}

function recalled(hostId: string, lastKnown: LastKnown): ServicesState {
  const stored = ServicesState.safeParse(lastKnown.recall(hostId, REMEMBERED));
  const { units, takenAt } = stored.success ? stored.data : { units: [], takenAt: null };
  return { hostId, units, takenAt, error: null, sudoWithoutPassword: null };
}
