import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import type { Transport } from '../ssh/transport.ts';
import { type HostAnswers, parseAnswers, type ReadRequest } from './answers.ts';
import { hostReadFailedError } from './errors.ts';

const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
const READ_TIMEOUT_MS = 120_000;
/** Requests are lines of words; anything else could become another request. */
const REQUEST = /^[a-z]+( [A-Za-z0-9_.:@%+~/=|-]+)*$/;

/** Whether the host's reader takes this as one request: names of a directory service may hold a blank or a backslash. */
export const isReadable = (request: ReadRequest): boolean => REQUEST.test(request);

/**
 * Reads the state of a host with one command, which changes nothing. With `asRoot` the sudo password may be requested. Throws what exec throws and
 * host-read-failed.
 */
export async function readHost(
  transport: Pick<Transport, 'exec'>,
  requests: readonly ReadRequest[],
  o: { readonly asRoot: boolean },
): Promise<HostAnswers> {
  const lines = [...new Set(requests)];
  const unreadable = lines.find((line) => !isReadable(line));
  if (unreadable !== undefined) throw hostReadFailedError(`not a request: ${unreadable}`);
  const result = await transport.exec(scriptArgv(HOST_SCRIPTS.hostRead), {
    stdin: `${lines.join('\n')}\n`,
    timeoutMs: READ_TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...(o.asRoot ? { sudo: { purpose: 'read the state of the host' } } : {}),
  });
  if (result.exitCode !== 0 || result.truncated) throw hostReadFailedError(result.stderr);
  return parseAnswers(result.stdout);
}
