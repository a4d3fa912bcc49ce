import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { JournalCursor } from '../../../shared/identifiers.ts';
import { CUT_MARK, MAX_NAME_CHARS, MAX_TEXT_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { lifecycleOf } from './lifecycle.ts';
import { atLeast, severityOf } from './severity.ts';
import { TEXT } from './text.ts';

/** The cursor is the longest of the identifying fields. */
const MAX_FIELD_CHARS = 2 * MAX_NAME_CHARS;
/** Without `--all` journalctl leaves out fields of more than 4096 bytes, which are 16 KiB as numbers. */
const MAX_LINE_CHARS = 128 * 1024;

/**
 * One line of `journalctl -o json` (systemd.journal-fields(7), "JSON Entry Format"): scalars are strings; a value is an
 * array of numbers when it is not plain text, an array of values when the field repeats, null when over 4096 bytes.
 * Null = not an entry; a line that was cut becomes an entry of kind `truncated`. Never throws.
 */
export function parseEntry(line: string): JournalEntry | null {
  if (line.length > MAX_LINE_CHARS) return salvage(line);
  const lifted = liftBytes(line);
  let fields: unknown;
  try {
    fields = JSON.parse(lifted?.rest ?? line);
  } catch {
    return salvage(line);
  }
  if (!isRecord(fields)) return null;
  return toEntry(lifted === null ? fields : { ...fields, MESSAGE: lifted.message });
}

const BYTES_OF_MESSAGE = '"MESSAGE":[';
const [ZERO, NINE, COMMA, BLANK] = [0x30, 0x39, 0x2c, 0x20];

/**
 * Decodes a message that journald prints as numbers without building an array, since every coloured line has this form and would
 * take four times as long. Null = the message has another form. The key is unambiguous: in a JSON string its quotes are escaped.
 */
function liftBytes(line: string): { readonly rest: string; readonly message: string } | null {
  const start = line.indexOf(BYTES_OF_MESSAGE);
  const from = start + BYTES_OF_MESSAGE.length;
  const end = line.indexOf(']', from);
  if (start < 1 || end <= from || (line[start - 1] !== ',' && line[start - 1] !== '{')) return null;
  const digits = Buffer.from(line.slice(from, end), 'latin1');
  // A byte is shorter than its digits, so that the buffer can be overwritten in place.
  let count = 0;
  let byte = -1;
  for (let at = 0; at < digits.length; at += 1) {
    const code = digits[at] ?? 0;
    if (code >= ZERO && code <= NINE) {
      byte = (byte < 0 ? 0 : byte * 10) + code - ZERO;
      if (byte > 255) return null;
    } else if (code === COMMA && byte >= 0) {
      digits[count] = byte;
      count += 1;
      byte = -1;
    } else if (code !== BLANK) return null;
  }
  if (byte < 0) return null;
  digits[count] = byte;
  return { rest: `${line.slice(0, from - 1)}null${line.slice(end + 1)}`, message: digits.toString('utf8', 0, count + 1) };
}

function toEntry(fields: Fields): JournalEntry | null {
  const cursor = JournalCursor.safeParse(fields['__CURSOR']).data ?? null;
  const atUs = Number(scalar(fields['__REALTIME_TIMESTAMP']) ?? Number.NaN);
  if (cursor === null || !Number.isFinite(atUs)) return null;
  const priorityText = scalar(fields['PRIORITY']);
  const priority = priorityText !== null && /^[0-7]$/.test(priorityText) ? Number(priorityText) : null;
  const pidText = scalar(fields['_PID']);
  const message = fields['MESSAGE'];
  const isTooLong = message === null;
  const raw = isTooLong ? TEXT.tooLong : fieldText(message);
  const text = redactSecrets(plainLines(raw));
  const lifecycle = lifecycleOf(scalar(fields['MESSAGE_ID']));
  const kind =
    lifecycle !== null
      ? 'lifecycle'
      : isTooLong || raw.length > MAX_TEXT_CHARS || scalar(fields['_LINE_BREAK']) === 'line-max'
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
    // Messages of systemd come from init.scope and name their unit in UNIT.
    unit: scalar(fields['UNIT']) ?? ownUnit ?? '',
    identifier: scalar(fields['SYSLOG_IDENTIFIER']) ?? '',
    pid: pidText !== null && /^\d+$/.test(pidText) ? Number(pidText) : null,
    priority,
    severity: atLeast(
      priority,
      kind === 'suppressed'
        ? 'warning'
        : (lifecycle?.severity ?? (lifecycle !== null && exited !== null && exited !== '0' ? 'warning' : severityOf(text, priority))),
    ),
    text,
    kind,
    groupCursor: null,
  };
}

/** Text of a field of any shape; '' = absent. Bytes are decoded as UTF-8 with replacement characters. */
export function fieldText(value: unknown): string {
  if (!Array.isArray(value)) return oneText(value);
  const items: readonly unknown[] = value;
  // An array of numbers is one value in bytes; any other array has several values.
  return typeof items[0] === 'number'
    ? bytesText(items)
    : items.map((item) => (Array.isArray(item) ? bytesText(item) : oneText(item))).join('\n');
}

function oneText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

const bytesText = (items: readonly unknown[]): string =>
  Buffer.from(items.filter((byte): byte is number => typeof byte === 'number')).toString('utf8');

/** The first value of a field as plain text; null = empty or absent. */
function scalar(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = plainText(fieldText(Array.isArray(value) && typeof value[0] !== 'number' ? value[0] : value), MAX_FIELD_CHARS);
  return text === '' ? null : text;
}

/** An entry from the identifying fields of a line that is too long or cut, so that following continues after it. */
function salvage(line: string): JournalEntry | null {
  const field = (name: string): string | undefined => new RegExp(`"${name}":"([^"\\\\]{1,400})"`).exec(line)?.[1];
  if (!line.endsWith(CUT_MARK) && line.length <= MAX_LINE_CHARS) return null;
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
