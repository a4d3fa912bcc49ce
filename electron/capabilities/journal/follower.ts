import type { JournalBatch, JournalEntry, JournalMark, JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import { hasCode, toPanelError } from '../../../shared/errors.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { LineStream, Transport } from '../../foundation/ssh/transport.ts';
import { pause } from '../../foundation/timing/pause.ts';
import { retryPolicy } from '../../foundation/timing/retry-policy.ts';
import { whileOnline } from '../../foundation/timing/while-online.ts';
import { atSeconds, journalArgv, type Selection } from './commands.ts';
import { createEntryBatcher } from './entry-batcher.ts';
import { parseEntry } from './entry-parser.ts';
import { isBadCursor, journalUnreadableError } from './errors.ts';
import { createGrouper } from './grouping.ts';
import { type JournalPermission, readJournalPermission } from './permission.ts';
import { createSeen } from './seen.ts';
import { watchForStall } from './stall-watch.ts';
import { describeClockSkew, TEXT } from './text.ts';

const RETRY = { firstMs: 1_000, maxMs: 15_000 };
const MIN_REPORTED_SKEW_MS = 30_000;

export interface Follower {
  acknowledge(received: number): void;
  close(): void;
}

export interface FollowerOptions {
  readonly transport: Transport;
  readonly streamId: string;
  readonly selection: Selection & { readonly backlog: number };
  readonly onBatch: (batch: JournalBatch) => void;
  readonly onState: (state: JournalStreamState) => void;
  readonly clockOffsetMs: () => number | null;
  readonly log: Logger;
  readonly now: () => number;
}

/** Where a stream resumes: at the end, after the last entry, or by time when the journal no longer contains that entry. */
type Resume =
  | { readonly kind: 'begin' }
  | { readonly kind: 'after'; readonly cursor: string }
  | { readonly kind: 'since'; readonly at: number };

/**
 * Follows the journal across reconnects: no entry is lost or doubled, and a mark shows where entries are missing.
 * Reads only while the window keeps up. Never throws; errors are stream states.
 */
export function createFollower(o: FollowerOptions): Follower {
  const { transport, streamId, selection } = o;
  const stop = new AbortController();
  const seen = createSeen();
  const group = createGrouper();
  const batcher = createEntryBatcher({ send: (entries, mark) => o.onBatch({ streamId, entries, mark }) });
  let last: JournalEntry | null = null;
  /** The newest entry at the start, for a connection that is lost before the first entry; null = empty journal. */
  let newestAtBegin: JournalEntry | null = null;
  let stream: LineStream | null = null;
  let badLines = 0;
  let isSkewReported = false;
  let wasFollowing = false;
  let hasStalled = false;
  /** The journal is unreadable, also over another connection. */
  let isOver = false;
  const retry = retryPolicy(RETRY);

  const state = (next: JournalStreamState): void => {
    if (!stop.signal.aborted) o.onState(next);
  };
  const mark = (kind: JournalMark['kind'], message: string): void => batcher.mark({ kind, at: o.now(), message });

  const readOne = async (...from: readonly string[]) => {
    const answer = await transport.exec(journalArgv(selection, '-n', '1', ...from), { timeoutMs: 30_000 });
    return { answer, entry: answer.exitCode === 0 ? parseEntry(answer.stdout.split('\n')[0] ?? '') : null };
  };

  /** Reads one entry before following, to learn the permission and whether the journal still contains the last entry. */
  const probe = async (): Promise<{ readonly resume: Resume; readonly permission: JournalPermission }> => {
    const from = last === null ? [] : [`--cursor=${last.cursor}`];
    const [{ answer, entry }, permission] = await Promise.all([readOne(...from), readJournalPermission(transport)]);
    if (last === null) {
      if (answer.exitCode !== 0) throw journalUnreadableError(answer.exitCode, answer.stderr);
      if (wasFollowing && newestAtBegin === null) return { resume: { kind: 'since', at: 0 }, permission };
      if (wasFollowing && newestAtBegin !== null && selection.backlog === 0) {
        return { resume: { kind: 'after', cursor: newestAtBegin.cursor }, permission };
      }
      newestAtBegin = entry;
      // After a known entry, lines that are logged while journalctl starts are included.
      return {
        resume: selection.backlog === 0 && entry !== null ? { kind: 'after', cursor: entry.cursor } : { kind: 'begin' },
        permission,
      };
    }
    if (entry?.cursor === last.cursor) return { resume: { kind: 'after', cursor: last.cursor }, permission };
    if (answer.exitCode !== 0 && !isBadCursor(answer.stderr)) throw journalUnreadableError(answer.exitCode, answer.stderr);
    return { resume: { kind: 'since', at: last.at }, permission };
  };

  const take = (entry: JournalEntry): void => {
    if (!seen.add(entry.cursor)) return;
    if (last !== null && last.bootId !== '' && entry.bootId !== '' && entry.bootId !== last.bootId) {
      mark('rebooted', TEXT.rebooted);
    }
    last = entry;
    batcher.add(group(entry));
  };

  const reportSkew = (): void => {
    const offsetMs = o.clockOffsetMs();
    if (isSkewReported || offsetMs === null || Math.abs(offsetMs) < MIN_REPORTED_SKEW_MS) return;
    isSkewReported = true;
    mark('clock-skew', describeClockSkew(offsetMs));
  };

  /** Follows one stream until it ends. */
  const follow = async (online: AbortSignal): Promise<void> => {
    const { resume, permission } = await probe();
    if (stop.signal.aborted) return;
    if (wasFollowing) mark('reconnected', hasStalled ? TEXT.resumed : TEXT.reconnected);
    hasStalled = false;
    if (resume.kind === 'since' && resume.at > 0) mark('gap', TEXT.gap);
    reportSkew();
    const mine = transport.lines(journalArgv(selection, '-f', ...resumeArgs(resume, selection.backlog)));
    stream = mine;
    state({ kind: 'following', streamId, since: o.now(), permission });
    wasFollowing = true;
    const watch = watchForStall({
      newest: async () => (await readOne()).entry?.cursor ?? null,
      isKnown: (cursor) => seen.has(cursor) || cursor === newestAtBegin?.cursor,
      onStall: () => {
        o.log.warn('journal.stalled', { streamId });
        hasStalled = true;
        mine.close();
      },
    });
    try {
      for await (const line of mine) {
        if (stop.signal.aborted) return;
        watch.heard();
        const entry = line === '' ? null : parseEntry(line);
        if (entry === null) {
          if (line !== '') badLines += 1;
          if (badLines === 1) o.log.warn('journal.bad-line', { streamId, start: line.slice(0, 80) });
          continue;
        }
        retry.succeeded();
        take(entry);
        if (!batcher.hasRoom()) {
          watch.hold(true);
          await batcher.room();
          watch.hold(false);
        }
        if (stop.signal.aborted) return;
      }
    } finally {
      watch.stop();
      stream = null;
      mine.close();
    }
    // A stalled stream resumes at once, after the last entry.
    if (hasStalled) return;
    const ended = await mine.ended;
    if (online.aborted) return;
    throw journalUnreadableError(ended.exitCode, ended.stderr);
  };

  const waiting = (): void => state({ kind: 'waiting', streamId, message: TEXT.waiting });
  /** Follows while a connection lasts. */
  const run = async (online: AbortSignal): Promise<void> => {
    while (!online.aborted && !isOver) {
      try {
        await follow(online);
      } catch (thrown) {
        if (stop.signal.aborted) return;
        const error = toPanelError(thrown);
        o.log.info('journal.stream-ended', { streamId, code: error.code });
        if (online.aborted || error.layer === 'network' || error.layer === 'ssh') {
          state({ kind: 'waiting', streamId, message: error.message });
        } else state({ kind: 'failed', streamId, error });
        isOver = hasCode(error, 'journal-unreadable') && !error.retryable;
        if (!isOver) await pause(retry.failed(), online);
      }
    }
    if (!isOver) waiting();
  };
  state({ kind: 'opening', streamId });
  if (transport.snapshot.state.kind !== 'online') waiting();
  // A new connection waits until the stream of the previous one has ended.
  let running = Promise.resolve();
  const stopFollowing = whileOnline(transport, (online) => {
    running = running.then(() => run(online));
  });
  return {
    acknowledge: batcher.acknowledge,
    close: () => {
      stop.abort();
      stopFollowing();
      batcher.close();
      stream?.close();
    },
  };
}

function resumeArgs(resume: Resume, backlog: number): readonly string[] {
  switch (resume.kind) {
    case 'begin':
      return ['-n', String(backlog)];
    // Without `-n all` journalctl prints only the last ten entries.
    case 'after':
      return ['-n', 'all', `--after-cursor=${resume.cursor}`];
    case 'since':
      return ['-n', 'all', `--since=${atSeconds(resume.at)}`];
  }
}
