import { outputLines } from '../../shared/output-lines.ts';

/** What a server says of a file before it is fetched; null = not told. */
export interface RemoteFileFacts {
  readonly status: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** A web page, not a file. */
  readonly isPage: boolean;
}

/**
 * Reads the headers of `curl -sIL`, one block a redirect. Hugging Face tells size and SHA-256 of a file on its own
 * redirect (x-linked-size, x-linked-etag); elsewhere the last block's content-length counts.
 */
export function readHeaders(text: string): RemoteFileFacts {
  const lines = outputLines(text);
  const headers = lines.flatMap((line) => {
    const [, name, value = ''] = /^([\w-]{1,100}):(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: value.trim() }];
  });
  const all = (name: string): string[] => headers.filter((header) => header.name === name).map((header) => header.value);
  const statuses = lines.flatMap((line) => /^HTTP\/[\d.]+ (\d{3})/.exec(line)?.[1] ?? []);
  const linkedBytes = all('x-linked-size').at(-1);
  const bytes = Number(linkedBytes ?? all('content-length').at(-1) ?? Number.NaN);
  const etag = all('x-linked-etag')
    .at(-1)
    ?.replace(/^(?:W\/)?"?|"$/g, '');
  return {
    status: statuses.length === 0 ? null : Number(statuses.at(-1)),
    bytes: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null,
    sha256: etag !== undefined && /^[0-9a-f]{64}$/.test(etag) ? etag : null,
    isPage: linkedBytes === undefined && /html/i.test(all('content-type').at(-1) ?? ''),
  };
}
