import { createHash } from 'node:crypto';
import { MAX_REQUEST_LINE_CHARS, REQUEST_CHUNK_BYTES, REQUEST_START_BYTES } from '../../shared/host-scripts/request-log.ts';

const NEW_LINE = 10;

/** What tells one log from the next: its first line. */
function idOf(log: Buffer): string {
  const first = log.subarray(0, 400).toString('latin1').split('\n')[0] ?? '';
  return String(createHash('sha256').update(first).digest().readUInt32BE(0));
}

/** The lines of a log behind an offset, as the functions of READ_REQUESTS print them. */
export function requestsBehind(o: {
  readonly log: Buffer;
  /** The log before the last rotation; null = none. */
  readonly previous: Buffer | null;
  readonly id: string;
  readonly offset: number;
  /** Epoch s. */
  readonly since: number;
}): readonly string[] {
  const { log, previous, since } = o;
  const lines: string[] = [];
  const id = idOf(log);
  let from = o.offset;
  if (o.id === '0') {
    from = Math.max(0, log.length - REQUEST_START_BYTES);
    if (from === 0 && previous !== null) lines.push(...part(previous, Math.max(0, previous.length - REQUEST_CHUNK_BYTES), since), '#new');
  } else if (o.id !== id || from > log.length + 1) {
    if (previous !== null && idOf(previous) === o.id) lines.push(...part(previous, from, since), '#new');
    else lines.push('#lost');
    from = 0;
  }
  return [...lines, `#id ${id}`, `#size ${log.length}`, ...part(log, from, since)];
}

function part(log: Buffer, from: number, since: number): readonly string[] {
  const chunk = log.subarray(from, from + REQUEST_CHUNK_BYTES);
  const end = chunk.lastIndexOf(NEW_LINE) + 1;
  const whole = chunk.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  const kept = whole.filter((line) => {
    const text = timeOf(line);
    const seconds = /^[\d.]+$/.test(text) ? Number(text) : 0;
    const at = seconds > 1e11 ? seconds / 1000 : seconds;
    return !line.includes('"/v1/gateway/status"') && !(at > 0 && at < since);
  });
  const first = whole[0];
  return [
    ...(first === undefined ? [] : [`#first ${timeOf(first)}`]),
    ...kept.map((line) => `=${line.slice(0, MAX_REQUEST_LINE_CHARS)}`),
    `#end ${from + end}`,
  ];
}

function timeOf(line: string): string {
  return (/"ts":([^,}]{1,40})/.exec(line)?.[1] ?? '').replace(/[" ]/g, '');
}
