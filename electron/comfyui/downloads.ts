import { PanelException } from '../../shared/errors.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../shared/host-scripts/index.ts';
import { readDisk } from '../models/disk.ts';
import type { Transport } from '../ssh/transport.ts';
import { type ListedDownload, readDownloads } from './download-list.ts';
import { doesNotFit, fetchProblem, serverProblem } from './download-problems.ts';
import { readHeaders } from './remote-file.ts';

/** Room that stays free on the disk. */
const SPARE_BYTES = 1024 ** 3;
const ASK_LIMIT_MS = 60_000;

export interface Wanted {
  readonly url: string;
  readonly name: string;
  /** What the operator says it must be; the server's own word is used where it is null. */
  readonly sha256: string | null;
  readonly token: string | null;
}

/** What is under way in this folder, or ended and was not taken off. */
export async function listDownloads(transport: Transport, folder: string): Promise<ListedDownload[]> {
  const { stdout } = await transport.exec(scriptArgv(HOST_SCRIPTS.checkpointList, folder), { timeoutMs: 15_000 });
  return readDownloads(stdout);
}

/**
 * Asks the server, from the host, how large the file is, and lets the host fetch it if it fits.
 * Throws `checkpoint-…` (why it was not begun) and `disk-too-small`.
 */
export async function startDownload(transport: Transport, folder: string, wanted: Wanted): Promise<void> {
  const facts = await askServer(transport, wanted);
  const disk = await readDisk(transport, [folder, '/']);
  const held = (await listDownloads(transport, folder)).find((known) => known.name === wanted.name)?.bytes ?? 0;
  if (facts.bytes !== null && disk !== null && disk.freeBytes < facts.bytes - held + SPARE_BYTES)
    throw doesNotFit({ neededBytes: facts.bytes - held, ...disk });
  await begin(transport, folder, { ...wanted, sha256: wanted.sha256 ?? facts.sha256, totalBytes: facts.bytes });
}

/** Goes on where it stopped, by what was noted on the host. A token it began with is not known any more. */
export async function resumeDownload(transport: Transport, folder: string, known: ListedDownload): Promise<void> {
  await begin(transport, folder, { ...known, token: null });
}

/** Ends a download; `discard` also deletes what had arrived. */
export async function endDownload(transport: Transport, folder: string, name: string, verb: 'stop' | 'discard'): Promise<void> {
  await transport.exec(scriptArgv(HOST_SCRIPTS.checkpointEnd, folder, name, verb), { timeoutMs: 20_000 });
}

async function begin(transport: Transport, folder: string, wanted: Wanted & { readonly totalBytes: number | null }): Promise<void> {
  const { name, url, sha256, totalBytes, token } = wanted;
  const argv = scriptArgv(HOST_SCRIPTS.checkpointFetch, folder, name, url, sha256 ?? '', totalBytes === null ? '' : String(totalBytes));
  const { exitCode, stdout, stderr } = await transport.exec(argv, { stdin: configWith(token), timeoutMs: 20_000 });
  if (exitCode !== 0) throw fetchProblem(exitCode, { folder, name, detail: `${stdout}${stderr}`.trim() });
}

async function askServer(transport: Transport, { url, token }: Wanted) {
  const { exitCode, stdout, stderr } = await transport.exec(
    ['curl', '-sSIL', '--connect-timeout', '15', '--max-time', '45', '-K', '-', url],
    {
      stdin: configWith(token),
      timeoutMs: ASK_LIMIT_MS,
    },
  );
  const facts = readHeaders(stdout);
  if (exitCode === 127) throw fetchProblem(12, { folder: '', name: '', detail: stderr.trim() });
  if (exitCode !== 0 || facts.status !== 200)
    throw serverProblem(facts.status, { url, hasToken: token !== null, detail: `${stdout}${stderr}`.trim().slice(0, 2000) });
  if (facts.isPage) throw notAFile(url);
  return facts;
}

/** curl's configuration, by its standard input: the process list of the host shows arguments to everybody. */
const configWith = (token: string | null): string => (token === null ? '\n' : `header = "Authorization: Bearer ${token}"\n`);

const notAFile = (url: string): PanelException =>
  new PanelException({
    code: 'checkpoint-is-a-page',
    layer: 'host',
    message: `${new URL(url).hostname} answers this address with a web page, not with a file.`,
    hint: 'Use the address of the download itself. At Hugging Face it has /resolve/main/ in it, not /blob/main/.',
    retryable: false,
  });
