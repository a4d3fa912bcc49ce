import type { InstallJob } from '../../../shared/capabilities/models/contract.ts';

/** Causes that InvokeAI reports by the names of Python's exceptions, first match wins; `$1` and `$2` are taken from its text. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/^DuplicateModelException\b.*?path='([^']*)'/, 'Already installed from $1. Delete that model first to install it again.'],
  [/^DuplicateModelException\b/, 'This model is already installed.'],
  [
    /Free disk space ([\d.]+ .?B) is not enough for download of ([\d.]+ .?B)/i,
    'The disk is too full: $2 needed, $1 free. Delete a model or free space on the host, then start over.',
  ],
  [/\[Errno 28\]|No space left on device/i, 'The disk of the host is full. Free space, then start over.'],
  [
    /\b(GatedRepoError)\b|\b401\b|\bunauthorized\b/i,
    'The server requires a login (401) and got no valid token. Install it again with an access token; for Hugging Face, log in below and start over.',
  ],
  [
    /\b403\b|\bforbidden\b/i,
    'The server denied access (403). Accept the licence on the model’s page, or install it again with a token that has access.',
  ],
  [/\b(RepositoryNotFoundError|UnknownMetadataException)\b|\b404\b|\bnot found\b/i, 'Not found (404). Check the name or the address.'],
  [/\b429\b|too many requests/i, 'The server limits requests (429). Wait a few minutes, then start over.'],
  [/\b(50[0-4])\b[^\d\n]{0,40}(?:error|unavailable|gateway|timeout)/i, 'The download server failed ($1). Start over later.'],
  [
    /HTML page, not a model/i,
    'The server returned a web page instead of the model, usually a login page. Install it again with an access token.',
  ],
  [
    /^(ChunkedEncodingError|ConnectionError|ProtocolError|IncompleteRead|ConnectTimeout|ReadTimeout|Timeout|SSLError)\b/,
    'The connection to the download server was lost ($1). Start over.',
  ],
  [
    /\[Errno 13\]|Permission denied|^PermissionError\b/i,
    'InvokeAI’s service user may not read or write the files. Check their owner and permissions on the host.',
  ],
  [/\[Errno 2\]|No such file or directory|^FileNotFoundError\b/i, 'The file is missing on the host.'],
  [/^ValueError\b.*no (downloadable|model) files/i, 'No model files in this folder or repo.'],
  [/^(InvalidModelConfigException|NotAMatchError)\b/, 'InvokeAI does not recognise this as a model.'],
];
/** Errors of which only the cause is shown: their texts add nothing. */
const MAX_TEXT_CHARS = 240;

/** Why an install failed, in words, with what to do; InvokeAI's own text where the cause is not known. */
export function describeInstallError({ reason, text }: NonNullable<InstallJob['error']>): string {
  const whole = `${reason}: ${text}`;
  for (const [pattern, words] of CAUSES) {
    const match = pattern.exec(whole);
    if (match !== null) return words.replace(/\$([12])/g, (_, group: string) => match[Number(group)] ?? '');
  }
  const short = text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
  return `InvokeAI reports: ${short.replace(/[.\s]+$/, '')} (${reason}).`;
}
