import type { JournalEntry } from '../../shared/contract/journal.ts';
import { JournalCursor } from '../../shared/identifiers.ts';
import { stripAnsi } from './ansi.ts';
import { lifecycleOf } from './lifecycle.ts';
import { severityOf } from './severity.ts';

type Fields = Readonly<Record<string, unknown>>;

const TOO_LONG = '(a message too long to be sent along)';

/**
 * One line of `journalctl -o json` (systemd.journal-fields(7), "JSON Entry Format"): scalars are strings; a value is an
 * array of numbers when it is not plain text, an array of values when the field repeats, null when over 4096 bytes.
 * Null for a line that is no entry; a line that was cut off keeps its place as `truncated`. Never throws.
 */
export function parseEntry(line: string): JournalEntry | null {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return salvage(line);
  }
  return isFields(fields) ? toEntry(fields) : null;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function toEntry(fields: Fields): JournalEntry | null {
  const cursor = scalar(fields['__CURSOR']);
  const atUs = Number(scalar(fields['__REALTIME_TIMESTAMP']) ?? Number.NaN);
  if (cursor === null || !JournalCursor.safeParse(cursor).success || !Number.isFinite(atUs)) return null;
  const priorityText = scalar(fields['PRIORITY']);
  const priority = priorityText !== null && /^[0-7]$/.test(priorityText) ? Number(priorityText) : null;
  const pidText = scalar(fields['_PID']);
  const message = fields['MESSAGE'];
  const isTooLong = message === null;
  const text = isTooLong ? TOO_LONG : stripAnsi(textOf(message));
  const lifecycle = lifecycleOf(scalar(fields['MESSAGE_ID']));
  const kind =
    lifecycle !== null
      ? 'lifecycle'
      : isTooLong || scalar(fields['_LINE_BREAK']) === 'line-max'
        ? 'truncated'
        : /^Suppressed \d+ messages from /.test(text)
          ? 'suppressed'
          : 'line';
  const exited = scalar(fields['EXIT_STATUS']);
  const ownUnit = scalar(fields['_SYSTEMD_UNIT']);
  return {
    cursor,
    at: atUs / 1000,
    bootId: scalar(fields['_BOOT_ID']) ?? '',
    // What systemd says about a unit comes from init.scope and names the unit beside it.
    unit: scalar(fields['UNIT']) ?? ownUnit ?? '',
    identifier: scalar(fields['SYSLOG_IDENTIFIER']) ?? '',
    pid: pidText !== null && /^\d+$/.test(pidText) ? Number(pidText) : null,
    priority,
    severity:
      kind === 'suppressed'
        ? 'warning'
        : (lifecycle?.severity ?? (lifecycle !== null && exited !== null && exited !== '0' ? 'warning' : severityOf(text, priority))),
    text,
    kind,
    groupCursor: null,
  };
}

/** Text of a field of any shape; '' when absent. Bytes are UTF-8, with replacement for what is not. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return '';
  const items: readonly unknown[] = value;
  // The first element decides: a number is a byte, anything else is one of several values.
  if (typeof items[0] === 'number') {
    return Buffer.from(items.filter((byte): byte is number => typeof byte === 'number')).toString('utf8');
  }
  return items.map(textOf).join('\n');
}

function scalar(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = textOf(Array.isArray(value) && typeof value[0] !== 'number' ? value[0] : value);
  return text === '' ? null : text;
}

/** A line over the transport's limit is cut: what identifies it may still be there, and following must not stumble. */
function salvage(line: string): JournalEntry | null {
  const field = (name: string): string | undefined => new RegExp(`"${name}":"([^"\\\\]{1,400})"`).exec(line)?.[1];
  if (!line.endsWith('\u2026')) return null;
  const cursor = field('__CURSOR');
  const at = field('__REALTIME_TIMESTAMP');
  if (cursor === undefined || at === undefined) return null;
  const entry = toEntry({
    MESSAGE: null,
    __CURSOR: cursor,
    __REALTIME_TIMESTAMP: at,
    _BOOT_ID: field('_BOOT_ID'),
    _SYSTEMD_UNIT: field('_SYSTEMD_UNIT'),
    SYSLOG_IDENTIFIER: field('SYSLOG_IDENTIFIER'),
    _PID: field('_PID'),
    PRIORITY: field('PRIORITY'),
  });
  return entry;
}
