import type { XidEvent } from '../../../../shared/capabilities/gpu/contract.ts';
import { formatDurationShort } from '../../../../shared/format.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { readJournalLine } from '../../../foundation/host-reader/log-lines.ts';
import { levelOfXid, type XidLevel } from '../../gpu/text.ts';
import { parseXid } from '../../gpu/xid.ts';
import { withCauses, withXid } from '../../gpu/xid-list.ts';
import { byHand, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { gpuCheck } from './gpu-judge.ts';
import { GPU_TEXT as TEXT } from './gpu-text.ts';

const REQUEST = 'kernellog';
const MAX_LINES = 1_000;
const MAX_LINE_CHARS = 2_500;
const ORDER: readonly XidLevel[] = ['hardware', 'program', 'note'];

export const GPU_XID_CHECK: Check = { ...gpuCheck('gpu-xid', 'xid'), reads: { first: [REQUEST] }, run: checkXids };

function checkXids({ host, nowMs }: CheckSources): Finding {
  const answer = host.answers().get(REQUEST);
  if (answer?.status === 'denied') return unknown(TEXT.noKernelLog, byHand(TEXT.kernelGroup));
  const ofDriver = driverLines(answer?.lines ?? []);
  // A log that does not even have the start of the driver does not reach back to the boot.
  if (ofDriver.length === 0) return unknown(TEXT.emptyKernelLog, byHand(TEXT.emptyKernelRemedy));
  const xids = xidsIn(ofDriver);
  const byLevel = ORDER.map((level) => ({ level, events: xids.filter((xid) => levelOfXid(xid.xid, xid.text) === level) }));
  const found = byLevel.find(({ events }) => events.length > 0);
  const newest = found?.events.at(-1);
  if (found === undefined || newest === undefined) return pass(TEXT.noXid(ofDriver.length), ...ofDriver.slice(0, 3));
  const evidence = xids.toReversed().map(({ text }) => text);
  const words = describe(newest, nowMs);
  if (found.level === 'note') return pass(TEXT.onlyNotes(words), ...evidence);
  return (found.level === 'hardware' ? fail : warn)(TEXT.xids(words, xids.length), byHand(newest.action), ...evidence);
}

const driverLines = (lines: readonly string[]): readonly string[] =>
  lines
    .slice(0, MAX_LINES)
    .map((line) => plainText(line, MAX_LINE_CHARS))
    .filter((line) => /nvrm|nvidia/i.test(line));

/** The errors of the driver in lines of the kernel log, oldest first. Never throws. */
export const xidsIn = (lines: readonly string[]): readonly XidEvent[] =>
  withCauses(lines.reduce<readonly XidEvent[]>((known, line) => withNext(known, line), []));

function withNext(known: readonly XidEvent[], line: string): readonly XidEvent[] {
  const read = readJournalLine(line);
  const xid = read === null ? null : parseXid(read.text, read.atMs);
  return xid === null ? known : withXid(known, xid);
}

const describe = ({ xid, meaning, at }: XidEvent, nowMs: number): string =>
  `${xid === null ? '' : `Xid ${xid}: `}${meaning}, ${formatDurationShort(nowMs - at)} ago`;
