import { CheckpointUrl } from '../../../shared/capabilities/comfyui/contract.ts';
import { missingBytes } from '../../../shared/disk-need.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import { authorization, configOf, quoted } from '../../foundation/http/curl-config.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { readDisk } from '../backends/disk-space.ts';
import { downloadId, splitAddress } from './address.ts';
import { type ListedDownload, readDownloads } from './download-list.ts';
import { addressNeededError, diskTooSmallError, downloadRefusedError, fileServerError, notAModelError } from './errors.ts';
import { type RemoteFileFacts, readRemoteFile } from './remote-file.ts';

const REQUEST_TIMEOUT_MS = 60_000;
/** curl's own end where it wrote more than the first bytes, which is all that was read. */
const CURL_WRITE_ERROR = 23;

export interface DownloadRequest {
  readonly url: string;
  readonly name: string;
  /** What the operator says it must be; the server's own word is used where it is null. */
  readonly sha256: string | null;
  readonly token: string | null;
}

/** The downloads of this folder that are in progress, or ended and not cleared. */
export async function listDownloads(transport: Transport, folder: string): Promise<ListedDownload[]> {
  const { stdout } = await transport.exec(scriptArgv(HOST_SCRIPTS.checkpointList, folder), { timeoutMs: 15_000 });
  return readDownloads(stdout, folder);
}

/**
 * Asks the server, from the host, what the file is, and lets the host fetch it if it is a checkpoint that fits. What had arrived
 * of the same file is used, unless the file on the server has changed. Throws `checkpoint-…` (why it did not start) and
 * `disk-too-small`.
 */
export async function startDownload(transport: Transport, folder: string, wanted: DownloadRequest): Promise<void> {
  const facts = await requestHeaders(transport, wanted);
  const known = (await listDownloads(transport, folder)).find(({ name }) => name === wanted.name);
  const sha256 = wanted.sha256 ?? facts.sha256;
  const goesOn = known !== undefined && isSameFile(known, { ...facts, sha256 });
  const neededBytes = facts.bytes === null ? null : facts.bytes - (goesOn ? known.bytes : 0);
  const disk = await readDisk(transport, [folder, '/']);
  if (neededBytes !== null && disk !== null && missingBytes(neededBytes, disk.freeBytes) > 0)
    throw diskTooSmallError({ neededBytes, ...disk });
  const { shown, hasSecret, config } = splitAddress(wanted.url);
  const { validator, bytes } = facts;
  // By either of them a file that was replaced meanwhile is noticed; without them a broken download begins anew.
  const resumes = validator !== null || sha256 !== null;
  const words = [
    ...[folder, wanted.name, downloadId(folder, wanted.name), shown, sha256 ?? '', bytes === null ? '' : String(bytes)],
    ...[validator ?? '', hasSecret || wanted.token !== null ? 'yes' : 'no', resumes ? 'yes' : 'no', goesOn ? 'no' : 'yes'],
    wanted.sha256 === null ? 'server' : 'operator',
  ];
  const stdin = configOf([
    ...config,
    ...authorization(wanted.token),
    ...(validator === null ? [] : [`header = ${quoted(`If-Range: ${validator}`)}`]),
  ]);
  const { exitCode, stdout, stderr } = await transport.exec(scriptArgv(HOST_SCRIPTS.checkpointFetch, ...words), {
    stdin,
    timeoutMs: 20_000,
  });
  if (exitCode !== 0) throw downloadRefusedError(exitCode, { folder, name: wanted.name, detail: `${stdout}${stderr}`.trim() });
}

/**
 * Resumes a download. `secret`: its original address and token, where this panel still has them; what the host has
 * saved is read as input again. Throws as startDownload does, and `checkpoint-address-needed`.
 */
export async function resumeDownload(
  transport: Transport,
  folder: string,
  known: ListedDownload,
  secret: Pick<DownloadRequest, 'url' | 'token'> | null = null,
): Promise<void> {
  const url = CheckpointUrl.safeParse(secret?.url ?? known.url);
  if (!url.success || (secret === null && known.hasSecret)) throw addressNeededError(known.name);
  await startDownload(transport, folder, {
    name: known.name,
    url: url.data,
    sha256: known.isChecksumOfOperator ? known.sha256 : null,
    token: secret?.token ?? null,
  });
}

/** Ends a download; `discard` also deletes what had arrived. */
export async function endDownload(transport: Transport, folder: string, name: string, verb: 'stop' | 'discard'): Promise<void> {
  await transport.exec(scriptArgv(HOST_SCRIPTS.checkpointEnd, folder, downloadId(folder, name), verb), { timeoutMs: 20_000 });
}

function isSameFile(known: ListedDownload, now: Pick<RemoteFileFacts, 'bytes' | 'sha256' | 'validator'>): boolean {
  if (known.totalBytes !== now.bytes) return false;
  if (known.validator !== null || now.validator !== null) return known.validator === now.validator;
  return known.sha256 !== null && known.sha256 === now.sha256;
}

async function requestHeaders(transport: Transport, { url, token }: DownloadRequest): Promise<RemoteFileFacts> {
  const stdin = configOf([...splitAddress(url).config, ...authorization(token)]);
  const { exitCode, stdout, stderr } = await transport.exec(scriptArgv(HOST_SCRIPTS.checkpointAsk), {
    stdin,
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
  if (exitCode === 12) throw downloadRefusedError(12, { folder: '', name: '', detail: stderr.trim() });
  const facts = readRemoteFile(stdout);
  const isAnswered = facts.curlExitCode === 0 || facts.curlExitCode === CURL_WRITE_ERROR;
  if (!isAnswered || (facts.status !== 200 && facts.status !== 206)) {
    const detail = `${facts.message}${stderr}`.trim().slice(0, 2000);
    throw fileServerError(isAnswered ? facts.status : null, { url, hasToken: token !== null, detail });
  }
  if (facts.kind !== 'safetensors') throw notAModelError(facts.kind, new URL(url).hostname);
  return facts;
}
