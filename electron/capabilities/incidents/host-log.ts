import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import type { HostAnswers } from '../../foundation/host-reader/answers.ts';
import { readJournalLine } from '../../foundation/host-reader/log-lines.ts';
import { readHost } from '../../foundation/host-reader/reader.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { parseXid } from '../gpu/xid.ts';
import type { LogLine } from './log-incidents.ts';
import { describeLogReach, UNREAD } from './text.ts';

/** The newest lines of a service; older ones are reported as unread. */
const MAX_LINES = 4_000;
/** A week: journals reach seldom further. */
const MAX_MINUTES = 7 * 24 * 60;
/** The services of image generation are fewer. */
const MAX_UNITS = 8;

/** What the log of the host shows of a span, by this computer's clock. */
export interface HostLog {
  readonly lines: readonly LogLine[];
  readonly xids: readonly XidEvent[];
  readonly unread: readonly string[];
}

/** Reads the logs of services and, where wanted, of the kernel since `fromMs` with one command. Never throws: what is missing is in `unread`. */
export async function readHostLog(
  transport: Pick<Transport, 'exec'>,
  o: {
    readonly units: readonly string[];
    readonly withKernel: boolean;
    readonly fromMs: number;
    readonly nowMs: number;
    readonly clockOffsetMs: number;
  },
): Promise<HostLog> {
  const minutes = Math.min(MAX_MINUTES, Math.max(1, Math.ceil((o.nowMs - o.fromMs) / 60_000)));
  const requests = o.units.slice(0, MAX_UNITS).map((unit) => ({ unit, request: `log ${unit} ${minutes} ${MAX_LINES}` }));
  if (requests.length === 0 && !o.withKernel) return { lines: [], xids: [], unread: [] };
  let answers: HostAnswers;
  try {
    answers = await readHost(transport, [...requests.map(({ request }) => request), ...(o.withKernel ? ['kernellog'] : [])], {
      asRoot: false,
    });
  } catch {
    return { lines: [], xids: [], unread: [UNREAD.log, UNREAD.kernel] };
  }
  const unread: string[] = [];
  const lines: LogLine[] = [];
  const take = (line: string, unit: string | null): LogLine | null => {
    const read = readJournalLine(line);
    return read === null ? null : { atMs: read.atMs - o.clockOffsetMs, unit, text: read.text };
  };
  for (const { unit, request } of requests) {
    const answer = answers.get(request);
    if (answer?.status !== 'ok') {
      unread.push(UNREAD.log);
      continue;
    }
    const read = answer.lines.flatMap((line) => take(line, unit) ?? []);
    const first = read[0];
    if (answer.lines.length >= MAX_LINES && first !== undefined && first.atMs > o.fromMs) unread.push(describeLogReach(unit, first.atMs));
    lines.push(...read);
  }
  const kernel = answers.get('kernellog');
  if (o.withKernel && kernel?.status !== 'ok') unread.push(UNREAD.kernel);
  const kernelLines = (kernel?.lines ?? []).flatMap((line) => take(line, null) ?? []);
  return {
    lines: [...lines, ...kernelLines],
    xids: kernelLines.flatMap(({ text, atMs }) => parseXid(text, atMs) ?? []),
    unread: [...new Set(unread)],
  };
}
