import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { plainLines } from '../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';
import { describeXid } from './text.ts';

/** Records of one message arrive within this time. */
const ONE_MESSAGE_MS = 1_000;
/** A kernel message has at most 1 KiB, and four times as much as an array of numbers. */
const MAX_LINE_CHARS = 64 * 1024;
const MAX_MESSAGE_CHARS = 2_000;
const START = 'NVRM: Xid (';
/** `(PCI:0000:21:00): 79, …`, and `(PCI:0000:21:00 GPU-I:05): 13, …` of a MIG instance; matched at one position only. */
const XID = /^NVRM: Xid \((?:PCI:)?([0-9a-fA-F:.]{1,20})[^)\n]{0,60}\)[^\n]{0,100}?: (\d{1,6}),/;
const ADDRESS = /\b(?:PCI:)?([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(?:\.[0-9a-fA-F])?)\b/;

/** Parses a kernel message of one or more lines; null = no Xid. `at`: epoch ms of the host's clock. */
export function parseXid(message: string, at: number): XidEvent | null {
  if (!message.includes('NVRM:')) return null;
  const text = plainLines(message, MAX_MESSAGE_CHARS);
  const start = text.indexOf(START);
  const [, busId = '', digits] = start < 0 ? [] : (XID.exec(text.slice(start)) ?? []);
  if (digits !== undefined) return { at, busId, xid: Number(digits), text, ...describeXid(Number(digits), text) };
  if (!text.includes('fallen off the bus')) return null;
  // The kernel names the card in an earlier line.
  return { at, busId: ADDRESS.exec(text)?.[1] ?? '', xid: null, text, ...describeXid(79, text) };
}

/** Parses one line of `journalctl -k -o json`; null = no entry or no Xid. */
export function parseKernelLine(line: string): XidEvent | null {
  const record = readKernelLine(line);
  return record === null ? null : parseXid(record.message, record.at);
}

/**
 * As {@link parseKernelLine}, for lines in order: where the kernel reports a lost GPU in several records, an earlier record names
 * the card.
 */
export function createXidReader(): (line: string) => XidEvent | null {
  let named = { busId: '', at: Number.NEGATIVE_INFINITY };
  return (line) => {
    const record = readKernelLine(line);
    if (record === null) return null;
    const xid = parseXid(record.message, record.at);
    const address = record.message.includes('NVRM:') ? ADDRESS.exec(record.message.slice(0, MAX_MESSAGE_CHARS))?.[1] : undefined;
    if (address !== undefined) named = { busId: address, at: record.at };
    if (xid === null || xid.busId !== '' || record.at - named.at > ONE_MESSAGE_MS) return xid;
    return { ...xid, busId: named.busId };
  };
}

/** The boot time in epoch ms of the host's clock, from one line of `journalctl -k -o json`; null = not in the line. */
export function bootTimeOf(line: string): number | null {
  const fields = fieldsOf(line.trim());
  const sinceBoot = Number(fields?.['__MONOTONIC_TIMESTAMP'] ?? Number.NaN) / 1000;
  const at = Number(fields?.['__REALTIME_TIMESTAMP'] ?? Number.NaN) / 1000;
  return Number.isFinite(at - sinceBoot) ? at - sinceBoot : null;
}

/** Message and time of one line; null = no entry. */
function readKernelLine(line: string): { readonly message: string; readonly at: number } | null {
  const fields = fieldsOf(line);
  if (fields === null) return null;
  const at = Number(fields['__REALTIME_TIMESTAMP']) / 1000;
  const message = messageText(fields['MESSAGE']);
  return message === null || !Number.isFinite(at) ? null : { message, at };
}

function fieldsOf(line: string): Fields | null {
  if (line.length > MAX_LINE_CHARS || !line.startsWith('{')) return null;
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return null;
  }
  return isRecord(record) ? record : null;
}

/** journald prints a message that is not printable UTF-8 as an array of byte values. */
function messageText(message: unknown): string | null {
  if (typeof message === 'string') return message;
  if (Array.isArray(message) && message.every((byte) => typeof byte === 'number')) return Buffer.from(message).toString('utf8');
  return null;
}
