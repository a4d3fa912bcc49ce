import { INSTALL_STATES, type InstallJob } from '../../../shared/capabilities/models/contract.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { countOf, listOf, numberOf, textOf } from '../backends/values.ts';

/** A job as InvokeAI reports it, without what the panel adds. */
export type ReadJob = Omit<InstallJob, 'bytesPerSecond' | 'leftMs' | 'isCancelling'>;

const OVER: ReadonlySet<string> = new Set(['completed', 'error', 'cancelled']);

/** Whether a job in this state does nothing any more. */
export const isInstallOver = (state: string): boolean => OVER.has(state);

/** False for a record of what InvokeAI could not identify: `allow_unknown_models` registers any file, a login page too. */
export const isRecognised = (config: Fields): boolean => config['type'] !== 'unknown' && config['base'] !== 'unknown';

/** Reads `GET /api/v2/models/install`. The access tokens that InvokeAI echoes are not read. */
export function readJobs(document: unknown): ReadJob[] {
  return listOf(document).flatMap((entry) => {
    const jobId = countOf(entry['id']);
    if (jobId === null) return [];
    const parts = listOf(entry['download_parts']);
    const clean = cleaner(
      [entry['source'], ...parts].flatMap((reported) => (isRecord(reported) ? (textOf(reported['access_token']) ?? []) : [])),
    );
    const reason = textOf(entry['error_reason']);
    const text = textOf(entry['error']);
    const stuck = parts.find((part) => part['resume_required'] === true);
    return [
      {
        jobId,
        source: clean(describeSource(entry['source'])),
        state: INSTALL_STATES.find((state) => state === entry['status']) ?? 'unknown',
        bytes: numberOf(entry['bytes']) ?? 0,
        totalBytes: positive(entry['total_bytes']),
        files: parts.map((part) => ({
          name: clean(fileName(part)),
          bytes: numberOf(part['bytes']) ?? 0,
          totalBytes: positive(part['total_bytes']),
          state: textOf(part['status']) ?? 'unknown',
        })),
        needsDecision: stuck === undefined ? null : clean(textOf(stuck['resume_message']) ?? 'The download was interrupted.'),
        isRecognised: isRecord(entry['config_out']) ? isRecognised(entry['config_out']) : null,
        error: reason === null && text === null ? null : { reason: clean(reason ?? 'error'), text: clean(text ?? 'no reason reported') },
      },
    ];
  });
}

const positive = (value: unknown): number | null => {
  const number = numberOf(value);
  return number !== null && number > 0 ? number : null;
};

/** A source of any form as a text; never with a token. */
export function describeSource(source: unknown): string {
  if (typeof source === 'string') return withoutSecrets(source);
  if (!isRecord(source)) return 'unknown source';
  const repo = textOf(source['repo_id']);
  if (repo !== null) {
    const variant = textOf(source['variant']);
    const subfolder = textOf(source['subfolder']);
    return withoutSecrets(`${repo}:${variant === 'default' || variant === null ? '' : variant}:${subfolder ?? ''}`.replace(/:+$/, ''));
  }
  return withoutSecrets(textOf(source['url']) ?? textOf(source['path']) ?? 'unknown source');
}

/** A text of InvokeAI as it may be shown: tokens and signed addresses do not belong on a screen. */
const withoutSecrets = (text: string): string => redactSecrets(plainText(text, MAX_SENTENCE_CHARS));

/** Takes out these tokens as well, which have no form of their own to be known by. */
const cleaner =
  (tokens: readonly string[]) =>
  (text: string): string =>
    withoutSecrets(tokens.filter((token) => token.length >= 6).reduce((left, token) => left.replaceAll(token, '…'), text));

function fileName(part: Fields): string {
  const path = textOf(part['dest']) ?? textOf(part['source']) ?? 'a file';
  const [bare = path] = path.split('?');
  // Where it lies until it is whole is no name of a file.
  return bare
    .split('/')
    .slice(-2)
    .filter((name) => !name.startsWith('tmpinstall_'))
    .join('/');
}

/** The jobs without those that ended in vain and were started over since. */
export function withoutReplaced(jobs: readonly ReadJob[]): ReadJob[] {
  return jobs.filter(
    (job) =>
      (job.state !== 'error' && job.state !== 'cancelled') || !jobs.some((later) => later.source === job.source && later.jobId > job.jobId),
  );
}
