import { type CheckpointDownload, CheckpointName, CheckpointUrl, Sha256 } from '../../../shared/capabilities/comfyui/contract.ts';
import { RECORD_SEPARATOR } from '../../../shared/host-scripts/index.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';
import { downloadId } from './address.ts';

export interface ListedDownload extends Omit<CheckpointDownload, 'bytesPerSecond' | 'leftMs'> {
  /** ETag or Last-Modified of the file that is being fetched; null = not reported by the server. */
  readonly validator: string | null;
  /** Whether the operator named the checksum, not the server. */
  readonly isChecksumOfOperator: boolean;
  /** Whether the address had a part that is not saved. */
  readonly hasSecret: boolean;
}

const MAX_CHARS = 512 * 1024;
const MAX_DOWNLOADS = 500;
const MAX_VALUE_CHARS = 5_000;

/** Reads what the script checkpointList prints for this folder; a record whose name or id cannot be is left out. */
export function readDownloads(text: string, folder: string): ListedDownload[] {
  return text
    .slice(0, MAX_CHARS)
    .split(`${RECORD_SEPARATOR}\n`, MAX_DOWNLOADS)
    .flatMap((record) => {
      const fields = new Map<string, string>();
      for (const line of outputLines(record)) {
        const at = line.indexOf('=');
        if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1, at + 1 + MAX_VALUE_CHARS).trim());
      }
      const get = (key: string): string => fields.get(key) ?? '';
      const { success, data: name } = CheckpointName.safeParse(get('name'));
      if (!success || get('id') !== downloadId(folder, name)) return [];
      const [sha256 = '', whose = ''] = get('sha256').split(' ');
      const totalBytes = countIn(get('size'));
      const state = stateOf({ isAlive: get('alive') === 'yes', step: get('step'), end: get('end') });
      return [
        {
          name,
          url: CheckpointUrl.safeParse(get('url')).data ?? '',
          validator: /^[\x20-\x7e]{1,200}$/.test(get('validator')) ? get('validator') : null,
          hasSecret: get('secret') !== 'no',
          state,
          bytes: countIn(get('bytes')) ?? (state === 'done' ? (totalBytes ?? 0) : 0),
          totalBytes,
          sha256: Sha256.safeParse(sha256).data ?? null,
          isChecksumOfOperator: whose === 'operator',
          foundSha256: Sha256.safeParse(get('found')).data ?? null,
          problem: state === 'failed' ? describeDownloadProblem(get('end'), plainText(get('said'), MAX_SENTENCE_CHARS)) : null,
        },
      ];
    });
}

const countIn = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null);

function stateOf(o: { readonly isAlive: boolean; readonly step: string; readonly end: string }): ListedDownload['state'] {
  if (o.end === '0') return 'done';
  if (o.end === 'checksum') return 'wrong-checksum';
  if (o.end !== '') return 'failed';
  if (!o.isAlive) return 'stopped';
  return o.step === 'checking' ? 'checking' : 'downloading';
}

/** Exit codes of curl(1). */
const CURL: Readonly<Record<string, string>> = {
  '6': 'The host could not resolve the server name. Check its network and DNS.',
  '7': 'The host could not reach the server.',
  '1': 'The server redirected to an address without https. Use an https address.',
  '18': 'Connection dropped 4 times. The partial file is saved; resume to continue.',
  '22': 'The server denied access to the file.',
  '23': 'The file could not be written. Check free space and permissions on the host.',
  '28': 'Slower than 1 kB/s for 60 s. The partial file is saved; resume to continue.',
  '35': 'The TLS connection to the server failed.',
  '33': 'The server does not support resuming. Fetch it again.',
  '56': 'Connection dropped 4 times. The partial file is saved; resume to continue.',
  '60': 'The host does not trust the certificate of the server.',
};

function describeDownloadProblem(end: string, message: string): string {
  if (end === 'size') return 'The size differs from the size that the server announced. Fetch it again.';
  if (end === 'cut') return 'The file is incomplete. Cancel it and fetch it again.';
  if (end === 'not-a-model') return 'The file is not a safetensors file, so it was not installed.';
  if (end === 'place') return 'The download is complete, but a file of this name exists or it could not be moved.';
  return `${CURL[end] ?? `curl ended with code ${end}.`}${message === '' ? '' : ` (${message})`}`;
}
