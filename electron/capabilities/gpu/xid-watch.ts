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
/** The driver's lines since the host's start, newest first, so that a flood of other lines hides none, and the newest are kept. */
const DRIVER_LINES = [...JOURNAL, '-b', '-r', '--grep=NVRM'];
const ALL_LINES = [...JOURNAL, '-b', '-r'];
const ANY_LINE = [...JOURNAL, '-b', '-n', '1'];
const HISTORY_TIMEOUT_MS = 60_000;
const MAX_DRIVER_BYTES = 4 * 1024 * 1024;
/** The kernel's first messages come within seconds of its start. */
const BOOT_MS = 10 * 60_000;
const MAX_ALL_BYTES = 32 * 1024 * 1024;
const AGAIN_MS = 60_000;

export interface XidWatchOptions {
  readonly transport: Transport;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Seeds the list. */
  readonly known: readonly XidEvent[];
  /** Newest last, no doubles. */
  onXids(xids: readonly XidEvent[]): void;
  onKernelLog(kernelLog: KernelLog): void;
}

/**
 * Follows the kernel log for GPU errors while `signal` is not aborted, and reads those since the host's start. Says what is known of
 * the log, since "no errors" holds only for a log that was read.
 */
export function watchXids(o: XidWatchOptions): void {
  let xids = o.known;
  const take = (xid: XidEvent | null): void => {
    const before = xids;
    if (xid !== null) xids = withXid(before, xid);
    if (xids !== before) o.onXids(withCauses(xids));
  };
  const tell = (kernelLog: KernelLog): void => {
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
    tell(reach === 'read' && isCut ? 'partial' : reach);
  };
  const readOnce = async (): Promise<void> => {
    try {
      if ((await readJournalPermission(o.transport)) === 'limited') tell('no-permission');
      else await Promise.all([follow(), readHistory()]);
    } catch (cause) {
      if (!o.signal.aborted) {
        o.log.info('gpu.kernel-log-ended', { cause: String(cause) });
        tell('unreadable');
      }
    }
  };
  const run = async (): Promise<void> => {
    while (!o.signal.aborted) {
      await readOnce();
      // A user that was given the right has it from the next sign-in on; what else fails is tried again rarely.
      await pause(AGAIN_MS, o.signal);
    }
  };
  void run();
}

/** The driver's lines of the kernel log since the host's start, newest first; `isCut`: there are older ones. Throws where there is no journal. */
async function driverLines(transport: Transport): Promise<{ readonly lines: readonly string[]; readonly isCut: boolean }> {
  const found = await transport.exec(DRIVER_LINES, { timeoutMs: HISTORY_TIMEOUT_MS, maxOutputBytes: MAX_DRIVER_BYTES });
  // Some systems build journalctl without patterns; and one that finds nothing ends like one that fails.
  if (found.exitCode === 0 || found.truncated || (found.exitCode === 1 && found.stderr.trim() === ''))
    return { lines: linesOf(found.stdout), isCut: found.truncated };
  const all = await transport.exec(ALL_LINES, { timeoutMs: HISTORY_TIMEOUT_MS, maxOutputBytes: MAX_ALL_BYTES });
  if (all.exitCode !== 0 && !all.truncated) throw new Error(`journalctl -k: exit ${all.exitCode}: ${all.stderr.slice(0, 200)}`);
  return { lines: linesOf(all.stdout).filter((line) => line.includes('NVRM')), isCut: all.truncated };
}

/**
 * What the kernel log of this boot holds: a container's journal has no kernel messages, and one that was rotated has lost the first ones.
 * That none is about a GPU says nothing there.
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
