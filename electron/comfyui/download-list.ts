import type { CheckpointDownload } from '../../shared/contract/comfyui.ts';
import { RECORD_SEPARATOR } from '../../shared/host-scripts/index.ts';
import { outputLines } from '../../shared/output-lines.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../shared/plain-text.ts';

const MAX_CHARS = 512 * 1024;
const MAX_DOWNLOADS = 500;

export type ListedDownload = Omit<CheckpointDownload, 'bytesPerSecond' | 'leftMs'>;

/** Reads what the script checkpointList prints; a record without a name is left out. */
export function readDownloads(text: string): ListedDownload[] {
  return text
    .slice(0, MAX_CHARS)
    .split(`${RECORD_SEPARATOR}\n`, MAX_DOWNLOADS)
    .flatMap((record) => {
      const fields = new Map<string, string>();
      for (const line of outputLines(record)) {
        const at = line.indexOf('=');
        if (at > 0) fields.set(line.slice(0, at), plainText(line.slice(at + 1), MAX_SENTENCE_CHARS));
      }
      const get = (key: string): string => fields.get(key) ?? '';
      const name = get('name');
      if (name === '') return [];
      const totalBytes = countIn(get('size'));
      const state = stateOf({ isAlive: get('alive') === 'yes', step: get('step'), end: get('end') });
      return [
        {
          name,
          url: get('url'),
          state,
          bytes: countIn(get('bytes')) ?? (state === 'done' ? (totalBytes ?? 0) : 0),
          totalBytes,
          sha256: get('sha256') === '' ? null : get('sha256'),
          foundSha256: get('found') === '' ? null : get('found'),
          problem: state === 'failed' ? problemWords(get('end'), get('said')) : null,
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
  '6': 'The host could not find the server by its name. Its network or DNS may be down.',
  '7': 'The host could not reach the server.',
  '18': 'The line broke off, four times in a row. What has arrived is kept.',
  '22': 'The server refused the file.',
  '23': 'The file could not be written: the disk of the host is full, or the folder may not be written to.',
  '28': 'Nothing more arrived for a minute. What has arrived is kept.',
  '35': 'No secure connection to the server came about.',
  '56': 'The line broke off, four times in a row. What has arrived is kept.',
  '60': 'The host does not trust the certificate of the server.',
};

function problemWords(end: string, said: string): string {
  if (end === 'place') return 'It arrived, but a file of this name is there, or it could not be put in place.';
  return `${CURL[end] ?? `curl ended with code ${end}.`}${said === '' ? '' : ` (${said})`}`;
}
