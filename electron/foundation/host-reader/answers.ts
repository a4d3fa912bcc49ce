import { RECORD_SEPARATOR } from '../../../shared/host-scripts/index.ts';
import { MAX_TEXT_CHARS, plainLines } from '../../../shared/plain-text.ts';

/** Largest file whose text is read. */
export const MAX_FILE_BYTES = 256 * 1024;

/** One request to the host's reader, as a line: KIND ARGUMENT…. */
export type ReadRequest = string;

export const readFileRequest = (path: string): ReadRequest => `file ${path} ${MAX_FILE_BYTES}`;
/** Attributes only. */
export const readStatRequest = (path: string): ReadRequest => `file ${path} 0`;
export const readListRequest = (folder: string): ReadRequest => `list ${folder}`;
export const readUserRequest = (name: string): ReadRequest => `user ${name}`;
export const readPackagesRequest = (names: readonly string[]): ReadRequest => `packages ${names.join(' ')}`;
export const readUnitsRequest = (names: readonly string[]): ReadRequest => `units ${names.join(' ')}`;

export type ReadStatus = 'ok' | 'absent' | 'denied';

/** The answer to one request: the lines below its head. */
export interface ReadAnswer {
  readonly status: ReadStatus;
  readonly lines: readonly string[];
}

/** The state of a host at one moment, by request. */
export interface HostAnswers {
  get(request: ReadRequest): ReadAnswer | null;
}

const STATUSES: ReadonlySet<string> = new Set(['ok', 'absent', 'denied']);

/** Reads the output of the reader (docstring of `hostRead`). A record that cannot be read is left out. */
export function parseAnswers(output: string): HostAnswers {
  const answers = new Map<string, ReadAnswer>();
  for (const record of output.split(RECORD_SEPARATOR).slice(1)) {
    const [head = '', ...lines] = record.split('\n');
    const at = head.lastIndexOf(' ');
    const status = head.slice(at + 1);
    if (at < 1 || !isStatus(status)) continue;
    if (lines.at(-1) === '') lines.pop();
    const request = head.slice(0, at).trim();
    answers.set(request, { status, lines });
  }
  return { get: (request) => answers.get(request) ?? null };
}

function isStatus(word: string): word is ReadStatus {
  return STATUSES.has(word);
}

/** What is at a path. */
export interface FileState {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly bytes: number;
  /** Seconds since the epoch, of the last change of content or attributes. */
  readonly changedS: number;
  readonly target: string | null;
  /** Null when it was not requested, is no text file, is too large or may not be read. */
  readonly text: string | null;
  readonly isReadable: boolean;
}

/** Mode, owner, group, size, change time and kind as `stat -c '%a %U %G %s %.6Z %F'` prints them. */
const STAT = /^([0-7]{1,4}) (\S{1,64}) (\S{1,64}) (\d{1,15}) (\d{1,12}(?:\.\d{1,9})?) ([a-z -]{1,40})$/;

/** The file of an answer; null = nothing is at the path, undefined = unknown. */
export function readFileState(answer: ReadAnswer | null): FileState | null | undefined {
  if (answer === null) return undefined;
  if (answer.status === 'absent') return null;
  const [, mode, owner, group, size, changed, kindText] = STAT.exec((answer.lines[0] ?? '').slice(0, 300)) ?? [];
  if (mode === undefined || owner === undefined || group === undefined || kindText === undefined) return undefined;
  const kind = kindOf(kindText);
  const bytes = Number(size);
  const second = answer.lines[1];
  return {
    kind,
    mode,
    owner,
    group,
    bytes,
    changedS: Number(changed),
    target: kind === 'link' ? (second ?? null) : null,
    text: kind === 'file' && second !== undefined && bytes <= MAX_FILE_BYTES ? decodeText(second) : null,
    isReadable: answer.status === 'ok',
  };
}

function kindOf(text: string): FileState['kind'] {
  if (text === 'regular file' || text === 'regular empty file') return 'file';
  if (text === 'directory') return 'folder';
  return text === 'symbolic link' ? 'link' : 'other';
}

function decodeText(base64: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return null;
  }
}

/** `Key=Value` blocks of `systemctl show`, by unit name. */
export function readUnitStates(answer: ReadAnswer | null): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const units = new Map<string, ReadonlyMap<string, string>>();
  let block = new Map<string, string>();
  const close = (): void => {
    const id = block.get('Id');
    if (id !== undefined) units.set(id, block);
    block = new Map();
  };
  for (const line of answer?.lines ?? []) {
    const at = line.indexOf('=');
    if (line === '') close();
    else if (at > 0 && at < 100) block.set(line.slice(0, at), plainLines(line.slice(at + 1), MAX_TEXT_CHARS));
  }
  close();
  return units;
}
