import type { InstallJob } from '../../../shared/capabilities/models/contract.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { countOf, listOf, textOf } from '../backends/values.ts';
import { explainInstall, installNotFoundError, installUnchangedError, notOffered } from './errors.ts';
import { isInstallOver, readJobs } from './job-reader.ts';

const INSTALL = '/api/v2/models/install';
/** InvokeAI asks Hugging Face for the files of a repo before it answers. */
const INSTALL_TIMEOUT_MS = 90_000;
/** InvokeAI answers a cancel once the download has stopped, which takes some seconds. */
const CANCEL_TIMEOUT_MS = 60_000;
const CANCEL_POLL_MS = 250;

export type JobVerb = 'pause' | 'resume' | 'start-over' | 'cancel';

export interface InstallRequest {
  readonly source: string;
  readonly isInPlace: boolean;
  readonly token: string | null;
  /** The model's configuration from the operator or InvokeAI, in InvokeAI's own form. */
  readonly changes?: Fields;
}

/** Whether a path exists on the host, as the panel's own user sees it; null = not known. */
export type PathCheck = (path: string) => Promise<boolean | null>;

interface StartOverOptions {
  readonly isPathThere: PathCheck;
  readonly pause: (ms: number) => Promise<void>;
  /** Whether the operator gave this token for one download. */
  readonly wasGiven: (token: string) => boolean;
}

/** Starts an install. Throws repo-not-had, address-not-had, path-not-there, path-not-readable, source-not-understood, and what the client throws. */
export async function startInstall(client: JsonClient, wanted: InstallRequest, isPathThere: PathCheck): Promise<unknown> {
  const query = new URLSearchParams({
    source: wanted.source,
    inplace: String(wanted.isInPlace),
    ...(wanted.token === null || wanted.token === '' ? {} : { access_token: wanted.token }),
  });
  return client
    .json({ method: 'POST', path: `${INSTALL}?${query.toString()}`, body: wanted.changes ?? {}, timeoutMs: INSTALL_TIMEOUT_MS })
    .catch(explainInstall(wanted.source, isPathThere));
}

/** Does what `verb` says to a job. Throws install-unchanged where InvokeAI left the job as it was, and what the client throws. */
export async function actOnInstall(
  client: JsonClient,
  job: Pick<InstallJob, 'jobId' | 'source'>,
  o: StartOverOptions & { readonly verb: JobVerb },
): Promise<void> {
  const path = `${INSTALL}/${job.jobId}`;
  const before = await client.json({ path }).catch((thrown: unknown) => {
    if (notOffered(thrown) === 'not-offered') throw installNotFoundError(job.source);
  });
  // A restarted InvokeAI counts its jobs anew: the same number may be another model's.
  if (!isRecord(before) || readJobs([before])[0]?.source !== job.source) throw installNotFoundError(job.source);
  if (o.verb === 'start-over') return startOver(client, before, job, o);
  if (o.verb === 'cancel') return cancel(client, before, job, o.pause);
  const after = await client.json({ method: 'POST', path: `${path}/${o.verb}` });
  if (statusOf(after) === statusOf(before)) throw installUnchangedError(job.source, o.verb, statusOf(after));
}

/** Cancels, and waits until InvokeAI has let go of the files. */
async function cancel(
  client: JsonClient,
  before: unknown,
  job: Pick<InstallJob, 'jobId' | 'source'>,
  pause: (ms: number) => Promise<void>,
) {
  const path = `${INSTALL}/${job.jobId}`;
  if (isInstallOver(statusOf(before))) return;
  await client.json({ method: 'DELETE', path, timeoutMs: CANCEL_TIMEOUT_MS });
  const deadline = monotonicMs() + CANCEL_TIMEOUT_MS;
  for (;;) {
    const after = await client.json({ path });
    if (isInstallOver(statusOf(after))) return;
    // A job that is past its download is hashed to its end.
    if (statusOf(after) === 'running' || monotonicMs() > deadline) throw installUnchangedError(job.source, 'cancel', statusOf(after));
    await pause(CANCEL_POLL_MS);
  }
}

/**
 * Installs the source of a job anew. InvokeAI's own `restart_failed` does nothing for a job that failed before its first byte,
 * so the same source is installed again, with the token and the settings that the job was given.
 */
async function startOver(
  client: JsonClient,
  before: unknown,
  job: Pick<InstallJob, 'jobId' | 'source'>,
  o: StartOverOptions,
): Promise<void> {
  const source = isRecord(before) ? before['source'] : null;
  const words = sourceToRequest(source);
  if (!isRecord(before) || words === null) throw installUnchangedError(job.source, 'start-over', statusOf(before));
  await cancel(client, before, job, o.pause);
  const changes = isRecord(before['config_in']) ? before['config_in'] : {};
  const started = await startInstall(
    client,
    {
      source: words,
      isInPlace: before['inplace'] === true,
      token: tokenOf(source, o.wasGiven),
      changes: Object.fromEntries(Object.entries(changes).filter(([name, value]) => value !== null && !OF_SOURCE.has(name))),
    },
    o.isPathThere,
  );
  const startedId = isRecord(started) ? countOf(started['id']) : null;
  if (startedId === null || startedId === job.jobId) throw installUnchangedError(job.source, 'start-over', statusOf(started));
  await pruneOld(client, job.jobId);
}

/** Removes the old job from InvokeAI's list. It can only drop all ended jobs at once, so others' results keep theirs. */
async function pruneOld(client: JsonClient, jobId: number): Promise<void> {
  const over = listOf(await client.json({ path: INSTALL })).filter((entry) => isInstallOver(statusOf(entry)));
  if (over.every((entry) => entry['id'] === jobId)) await client.json({ method: 'DELETE', path: INSTALL });
}

/** The token that a job was given. InvokeAI fills in its Hugging Face login, which may have changed since. */
function tokenOf(source: unknown, wasGiven: (token: string) => boolean): string | null {
  const token = isRecord(source) ? textOf(source['access_token']) : null;
  const isLogin = token !== null && isRecord(source) && textOf(source['repo_id']) !== null && !wasGiven(token);
  return isLogin ? null : token;
}

/** What InvokeAI itself writes into the settings of a job. */
const OF_SOURCE: ReadonlySet<string> = new Set(['source', 'source_type', 'source_api_response', 'key', 'hash', 'path', 'file_size']);

const statusOf = (document: unknown): string => (isRecord(document) ? (textOf(document['status']) ?? 'unknown') : 'unknown');

/** The complete source as it is requested; it may hold secrets and is never shown. */
function sourceToRequest(source: unknown): string | null {
  if (!isRecord(source)) return textOf(source);
  const repo = textOf(source['repo_id']);
  if (repo === null) return textOf(source['url']) ?? textOf(source['path']);
  const variant = textOf(source['variant']) ?? '';
  const subfolder = textOf(source['subfolder']) ?? '';
  return `${repo}:${variant}:${subfolder}`.replace(/:+$/, '');
}
