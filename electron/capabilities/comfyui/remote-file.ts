import { RECORD_SEPARATOR } from '../../../shared/host-scripts/index.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';

/** Facts that a server reports of a file before it is fetched; null = not reported. */
export interface RemoteFileFacts {
  readonly status: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** A strong ETag or a Last-Modified, as `If-Range` takes it: by it a changed file is noticed. */
  readonly validator: string | null;
  readonly kind: 'safetensors' | 'page' | 'lfs-pointer' | 'other';
  /** curl's exit code; null = it did not say. */
  readonly curlExitCode: number | null;
  /** curl's own words. */
  readonly message: string;
}

const MAX_HEADER_CHARS = 65_536;
const MAX_VALIDATOR_CHARS = 200;

/**
 * Reads what the script checkpointAsk prints: headers as `curl -D` writes them, one block a redirect; the first 16 bytes in
 * hex; curl's end. Hugging Face reports size and SHA-256 of a file on its own redirect (x-linked-size, x-linked-etag); elsewhere
 * the last block counts.
 */
export function readRemoteFile(text: string): RemoteFileFacts {
  const [head = '', hex = '', end = ''] = text.slice(0, MAX_HEADER_CHARS * 2).split(RECORD_SEPARATOR);
  const blocks = blocksOf(head.slice(0, MAX_HEADER_CHARS));
  const last = blocks.at(-1);
  const linked = blocks.findLast((block) => block.headers.has('x-linked-size') || block.headers.has('x-linked-etag'));
  const etag = linked?.headers.get('x-linked-etag')?.replace(/^W\//, '').replaceAll('"', '') ?? '';
  const [code = '', ...words] = end.trim().split('\n');
  return {
    status: last?.status ?? null,
    bytes: countOf(linked?.headers.get('x-linked-size')) ?? (last === undefined ? null : bytesOf(last)),
    sha256: /^[0-9a-f]{64}$/.test(etag) ? etag : null,
    validator: last === undefined ? null : validatorOf(last.headers),
    kind: kindOf(Buffer.from(hex.trim().slice(0, 64), 'hex'), last?.headers.get('content-type') ?? ''),
    curlExitCode: /^\d{1,3}$/.test(code) ? Number(code) : null,
    message: plainText(words.join(' '), MAX_SENTENCE_CHARS),
  };
}

interface Block {
  readonly status: number;
  readonly headers: Map<string, string>;
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const line of outputLines(text)) {
    const status = /^HTTP\/[\d.]{1,4} (\d{3})/.exec(line)?.[1];
    if (status !== undefined) blocks.push({ status: Number(status), headers: new Map() });
    const at = line.indexOf(':');
    if (status === undefined && at > 0) blocks.at(-1)?.headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return blocks;
}

function bytesOf({ status, headers }: Block): number | null {
  const range = headers.get('content-range') ?? '';
  return status === 206 ? countOf(range.slice(range.lastIndexOf('/') + 1)) : countOf(headers.get('content-length'));
}

function countOf(text: string | undefined): number | null {
  const count = /^\d{1,15}$/.test(text ?? '') ? Number(text) : 0;
  return count > 0 ? count : null;
}

function validatorOf(headers: ReadonlyMap<string, string>): string | null {
  const etag = headers.get('etag') ?? '';
  const found = /^"[\x21\x23-\x7e]*"$/.test(etag) ? etag : (headers.get('last-modified') ?? '');
  return found !== '' && found.length <= MAX_VALIDATOR_CHARS && /^[\x20-\x7e]+$/.test(found) ? found : null;
}

/** safetensors: eight bytes with the length of a header in JSON, lowest first, then the header (huggingface/safetensors, format). */
function kindOf(first: Buffer, contentType: string): RemoteFileFacts['kind'] {
  if (first.length >= 9 && first.readUInt32LE(4) === 0 && first[8] === 0x7b) return 'safetensors';
  const text = first.toString('latin1');
  if (text.startsWith('version https://')) return 'lfs-pointer';
  return /html/i.test(contentType.slice(0, 100)) || text.trimStart().startsWith('<') ? 'page' : 'other';
}
