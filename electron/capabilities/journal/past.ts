import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { atSeconds, journalArgv, type Selection } from './commands.ts';
import { parseEntry } from './entry-parser.ts';
import { isBadCursor, journalUnreadableError } from './errors.ts';
import { createGrouper } from './grouping.ts';

const TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface OlderRequest extends Selection {
  readonly beforeCursor?: string | undefined;
  readonly beforeMs?: number | undefined;
  readonly count: number;
}

export interface Span {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** Entries before a cursor or a time (epoch ms, host clock), oldest first, the newest `count` of them. Throws journal-unreadable and what exec throws. */
export async function readOlder(transport: Transport, o: OlderRequest): Promise<JournalEntry[]> {
  const { beforeCursor, beforeMs, count } = o;
  // A backward read from a cursor includes the entry of the cursor.
  const from = beforeCursor !== undefined ? [`--cursor=${beforeCursor}`] : beforeMs !== undefined ? [`--until=${atSeconds(beforeMs)}`] : [];
  const entries = await read(transport, journalArgv(o, '-r', '-n', String(count + 1), ...from));
  const older = entries.filter((entry) => entry.cursor !== beforeCursor && (beforeMs === undefined || entry.at < beforeMs));
  return grouped(older.slice(0, count).reverse());
}

/** Entries between two times (epoch ms, host clock, both included), oldest first; the newest `count` when there are more. Throws as readOlder. */
export async function readRange(
  transport: Transport,
  o: Selection & { readonly fromMs: number; readonly toMs: number; readonly count: number },
): Promise<JournalEntry[]> {
  // A backward read, so that -n omits the oldest entries.
  const entries = await read(transport, journalArgv(o, '-r', '-n', String(o.count), ...spanArgs(o)));
  return grouped(entries.reverse());
}

const spanArgs = (span: Span): readonly string[] => [
  ...(span.fromMs === undefined ? [] : [`--since=${atSeconds(span.fromMs)}`]),
  ...(span.toMs === undefined ? [] : [`--until=${atSeconds(span.toMs)}`]),
];

const grouped = (entries: readonly JournalEntry[]): JournalEntry[] => entries.map(createGrouper());

async function read(transport: Transport, argv: readonly string[]): Promise<JournalEntry[]> {
  const answer = await transport.exec(argv, { timeoutMs: TIMEOUT_MS, maxOutputBytes: MAX_ANSWER_BYTES });
  if (answer.exitCode !== 0 && !answer.truncated) {
    // No entries precede a cursor of another journal.
    if (isBadCursor(answer.stderr)) return [];
    throw journalUnreadableError(answer.exitCode, answer.stderr);
  }
  return answer.stdout.split('\n').flatMap((line) => parseEntry(line) ?? []);
}

/**
 * The text of a whole span, oldest entry first, one string per entry, at the pace of the consumer.
 * `text`: ISO time, unit, process, message; `jsonl`: one JournalEntry a line. Throws journal-unreadable and what lines() throws.
 */
export async function* exportEntries(
  transport: Transport,
  selection: Selection & Span,
  format: 'text' | 'jsonl',
): AsyncGenerator<string, void, void> {
  const stream = transport.lines(journalArgv(selection, ...spanArgs(selection)));
  const group = createGrouper();
  for await (const line of stream) {
    const parsed = line === '' ? null : parseEntry(line);
    if (parsed === null) continue;
    const entry = group(parsed);
    yield `${format === 'text' ? asText(entry) : JSON.stringify(entry)}\n`;
  }
  const ended = await stream.ended;
  if (ended.exitCode !== 0) throw journalUnreadableError(ended.exitCode, ended.stderr);
}

function asText(entry: JournalEntry): string {
  const who = entry.pid === null ? entry.identifier : `${entry.identifier}[${entry.pid}]`;
  return `${new Date(entry.at).toISOString()} ${entry.unit} ${who}: ${entry.text.replaceAll('\n', '\n    ')}`;
}
