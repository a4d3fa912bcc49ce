import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { LineStream, Transport } from '../../foundation/ssh/transport.ts';
import { retryPolicy } from '../../foundation/timing/retry-policy.ts';
import { whileOnline } from '../../foundation/timing/while-online.ts';
import { readJournalPermission } from '../journal/permission.ts';
import { FOLLOW_MANAGER_LOG, unitOfEntry } from './manager-log.ts';
import type { ShownUnit } from './show-parser.ts';
import { watchForUnloggedChanges } from './unlogged-changes.ts';

const SLOW_POLL_MS = 5_000;
/** The interval while the counters are hidden; a change on the host is reported at once. */
const HIDDEN_POLL_MS = 60_000;
/** systemd logs no reset of a failed state, so failed units are polled faster. */
const POLL_WHILE_FAILED_MS = 2_000;
const RETRY = { firstMs: 1_000, maxMs: 15_000 };

/** What reports changes: the journal of PID 1, or a script on the host that reads the units twice a second. */
type ChangeSource = 'journal' | 'script';

export interface Watcher {
  start(): void;
  stop(): void;
  /** Sets the units to watch; other units restart the stream. */
  watch(units: readonly string[]): void;
  /** Takes the watched units as they were just read. */
  read(units: ReadonlyMap<string, ShownUnit>): void;
}

/**
 * Calls `onCheck` when the units should be read: after a change on the host and by a slow poll for the counters. Calls `onOnline`
 * after each connection, whose handler then calls watch(). Changes come from the journal of PID 1, which costs the host almost
 * nothing, or from HOST_SCRIPTS.unitWatch where the login may not read that journal or it leaves out changes.
 */
export function createWatcher(o: {
  readonly transport: Transport;
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly onCheck: () => void;
  readonly onOnline: () => void;
}): Watcher {
  let units: readonly string[] = [];
  /** The watched units and the real names behind aliases, by which PID 1 logs. */
  let loggedNames: ReadonlySet<string> = new Set();
  /** Chosen again for each connection. */
  let source: ChangeSource | null = null;
  let attempt: { stream: LineStream | null } | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setTimeout> | undefined;
  let pollMs = SLOW_POLL_MS;
  let polledAtMs = 0;
  let online: AbortSignal | null = null;
  let stopWatching: (() => void) | null = null;
  const retry = retryPolicy(RETRY);

  const unlogged = watchForUnloggedChanges({
    onUnlogged: (unit) => {
      if (source !== 'journal') return;
      o.log.info('services.change-not-logged', { unit });
      source = 'script';
      begin();
    },
  });
  const end = (): void => {
    clearTimeout(retryTimer);
    const ending = attempt;
    attempt = null;
    ending?.stream?.close();
  };
  const begin = (): void => {
    end();
    if (online === null || units.length === 0) return;
    const mine = { stream: null };
    attempt = mine;
    void follow(mine);
  };
  const chooseSource = async (): Promise<ChangeSource> => {
    try {
      return (await readJournalPermission(o.transport)) === 'full' ? 'journal' : 'script';
    } catch (thrown) {
      o.log.info('services.no-journal', { cause: String(thrown) });
      return 'script';
    }
  };
  const take = (line: string, isFirst: boolean): void => {
    if (source === 'journal') {
      const unit = unitOfEntry(line);
      if (unit === null) return;
      // A host may start any number of other units, so only the watched ones are noted.
      if (!isFirst && unit !== '' && !loggedNames.has(unit)) return;
      if (!isFirst) unlogged.logged(unit);
    }
    o.onCheck();
  };
  const follow = async (mine: { stream: LineStream | null }): Promise<void> => {
    try {
      const chosen = source ?? (await chooseSource());
      if (attempt !== mine) return;
      source = chosen;
      mine.stream = o.transport.lines(chosen === 'journal' ? FOLLOW_MANAGER_LOG : scriptArgv(HOST_SCRIPTS.unitWatch, ...units));
      let isFirst = true;
      for await (const line of mine.stream) {
        if (attempt !== mine) return;
        retry.succeeded();
        take(line, isFirst);
        isFirst = false;
      }
      // A journalctl that ends by itself cannot follow here.
      if (attempt === mine && source === 'journal') source = 'script';
    } catch (thrown) {
      o.log.info('services.watch-ended', { cause: String(thrown) });
    }
    if (attempt !== mine) return;
    attempt = null;
    if (online === null) return;
    // The slow poll continues meanwhile.
    retryTimer = setTimeout(begin, retry.failed());
  };
  const pollLater = (): void => {
    clearTimeout(poll);
    poll = setTimeout(() => {
      pollLater();
      if (!o.isWindowShown() && monotonicMs() - polledAtMs < HIDDEN_POLL_MS) return;
      polledAtMs = monotonicMs();
      o.onCheck();
    }, pollMs);
  };
  const onConnection = (signal: AbortSignal): void => {
    online = signal;
    retry.succeeded();
    source = null;
    polledAtMs = monotonicMs();
    pollLater();
    signal.addEventListener('abort', () => {
      online = null;
      clearTimeout(poll);
      unlogged.clear();
      end();
    });
    o.onOnline();
    begin();
  };
  return {
    start: () => {
      stopWatching ??= whileOnline(o.transport, onConnection);
    },
    stop: () => {
      stopWatching?.();
      stopWatching = null;
    },
    watch: (next) => {
      const isSame = next.length === units.length && next.every((unit) => units.includes(unit));
      units = next;
      loggedNames = new Set([...next, ...(isSame ? loggedNames : [])]);
      // The journal is followed for all units; the script knows only those of its start.
      const isOutdated = !isSame && attempt?.stream !== null && source === 'script';
      if (online !== null && (attempt === null || isOutdated)) begin();
    },
    read: (shown) => {
      loggedNames = new Set([...units, ...[...shown.values()].map((unit) => unit.id)]);
      const isFailed = [...shown.values()].some((unit) => unit.activeState === 'failed');
      const nextMs = isFailed && source === 'journal' ? POLL_WHILE_FAILED_MS : SLOW_POLL_MS;
      if (nextMs !== pollMs && online !== null) {
        pollMs = nextMs;
        pollLater();
      }
      if (source === 'journal') unlogged.read(shown.values());
    },
  };
}
