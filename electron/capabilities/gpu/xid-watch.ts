import type { KernelLog, XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { pause } from '../../foundation/timing/pause.ts';
import { atSeconds } from '../journal/commands.ts';
import { readJournalPermission } from '../journal/permission.ts';
import { bootTimeOf, createXidReader } from './xid.ts';
import { withCauses, withXid } from './xid-list.ts';

const JOURNAL = ['journalctl', '-k', '-o', 'json', '--no-pager', '--output-fields=MESSAGE'];
const FOLLOW = [...JOURNAL, '-f', '-n', '200'];
/** The driver's lines since boot, newest first, so that a cut drops the oldest and other lines do not count. */
const DRIVER_LINES = [...JOURNAL, '-b', '-r', '--grep=NVRM'];
const ALL_LINES = [...JOURNAL, '-b', '-r'];
const ANY_LINE = [...JOURNAL, '-b', '-n', '1'];
const HISTORY_TIMEOUT_MS = 60_000;
const MAX_DRIVER_BYTES = 4 * 1024 * 1024;
/** The first kernel messages are within this time after boot. */
const BOOT_MS = 10 * 60_000;
const MAX_ALL_BYTES = 32 * 1024 * 1024;
const RETRY_INTERVAL_MS = 60_000;

export interface XidWatchOptions {
  readonly transport: Transport;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** The known events to start with. */
  readonly known: readonly XidEvent[];
  /** Newest last, no doubles. */
  onXids(xids: readonly XidEvent[]): void;
  onKernelLog(kernelLog: KernelLog): void;
}

/**
 * Follows the kernel log for GPU errors until `signal` is aborted, and reads the errors since boot. Reports whether the log is
 * readable, since an empty list means no errors only then.
 */
export function watchXids(o: XidWatchOptions): void {
  let xids = o.known;
  const take = (xid: XidEvent | null): void => {
    const before = xids;
    if (xid !== null) xids = withXid(before, xid);
    if (xids !== before) o.onXids(withCauses(xids));
  };
  const report = (kernelLog: KernelLog): void => {
    if (!o.signal.aborted) o.onKernelLog(kernelLog);
  };

  const follow = async (): Promise<void> => {
    const stream = o.transport.lines(FOLLOW);
    const close = (): void => stream.close();
    o.signal.addEventListener('abort', close, { once: true });
    try {
      const read = createXidReader();
      for await (const line of stream) {
        if (o.signal.aborted) break;
        take(read(line));
      }
    } finally {
      o.signal.removeEventListener('abort', close);
    }
  };
  const readHistory = async (): Promise<void> => {
    const { lines, isCut } = await driverLines(o.transport);
    if (o.signal.aborted) return;
    const read = createXidReader();
    for (const line of lines.toReversed()) take(read(line));
    const reach = await kernelLogReach(o.transport);
    report(reach === 'read' && isCut ? 'partial' : reach);
  };
  const readOnce = async (): Promise<void> => {
    try {
      if ((await readJournalPermission(o.transport)) === 'limited') report('no-permission');
      else await Promise.all([follow(), readHistory()]);
    } catch (cause) {
      if (!o.signal.aborted) {
        o.log.info('gpu.kernel-log-ended', { cause: String(cause) });
        report('unreadable');
      }
    }
  };
  const run = async (): Promise<void> => {
    while (!o.signal.aborted) {
      await readOnce();
      // A new group membership counts only from the next sign-in; other failures are rare.
      await pause(RETRY_INTERVAL_MS, o.signal);
    }
  };
  void run();
}

/** The driver's lines of the kernel log since boot, newest first; `isCut` = older lines exist. Throws without a journal. */
async function driverLines(transport: Transport): Promise<{ readonly lines: readonly string[]; readonly isCut: boolean }> {
  const found = await transport.exec(DRIVER_LINES, { timeoutMs: HISTORY_TIMEOUT_MS, maxOutputBytes: MAX_DRIVER_BYTES });
  // Some builds of journalctl lack --grep, and the exit code of no match is the one of a failure.
  if (found.exitCode === 0 || found.truncated || (found.exitCode === 1 && found.stderr.trim() === ''))
    return { lines: linesOf(found.stdout), isCut: found.truncated };
  const all = await transport.exec(ALL_LINES, { timeoutMs: HISTORY_TIMEOUT_MS, maxOutputBytes: MAX_ALL_BYTES });
  if (all.exitCode !== 0 && !all.truncated) throw new Error(`journalctl -k: exit ${all.exitCode}: ${all.stderr.slice(0, 200)}`);
  return { lines: linesOf(all.stdout).filter((line) => line.includes('NVRM')), isCut: all.truncated };
}

/**
 * Whether the kernel log of this boot is complete: the journal of a container has no kernel messages, and a rotated journal has lost the
 * first ones.
 */
async function kernelLogReach(transport: Transport): Promise<'read' | 'partial' | 'empty'> {
  const newest = await transport.exec(ANY_LINE, { timeoutMs: HISTORY_TIMEOUT_MS });
  if (newest.exitCode !== 0 || newest.stdout.trim() === '') return 'empty';
  const bootedAt = bootTimeOf(newest.stdout);
  if (bootedAt === null) return 'read';
  const first = await transport.exec([...ANY_LINE, `--until=${atSeconds(bootedAt + BOOT_MS)}`], { timeoutMs: HISTORY_TIMEOUT_MS });
  return first.stdout.trim() === '' ? 'partial' : 'read';
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
