import { plainText } from '../../../../shared/plain-text.ts';
import type { Transport } from '../../../foundation/ssh/transport.ts';
import { atSeconds } from '../../journal/commands.ts';

/** Of ai-infra and of this project's own. */
const SHIM_UNIT = 'invokeai-openai-images-shim.service';
const TIMEOUT_MS = 6_000;
const MAX_LINES = 200;
const MAX_LINE_CHARS = 4_000;
const MAX_MESSAGE_CHARS = 400;
/** The clock of a host is known to about this. */
const TOLERANCE_MS = 2_000;
const REFUSED = /^refused .{0,200}\bstatus=(\d{3}) code="([a-z_]{1,40})" said="((?:[^"\\]|\\.)*)"/;

/** One line of the images shim's log about a request that it refused. */
export interface LoggedRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Reads `refused request=… status=502 code="…" said="…"`; null for every other line. */
export function parseRefusal(line: string): LoggedRefusal | null {
  const [, status, code, raw] = REFUSED.exec(line.slice(0, MAX_LINE_CHARS)) ?? [];
  if (status === undefined || code === undefined || raw === undefined) return null;
  let message: unknown;
  try {
    message = JSON.parse(`"${raw}"`);
  } catch {
    message = raw;
  }
  return { status: Number(status), code, message: plainText(String(message), MAX_MESSAGE_CHARS) };
}

/** The last request that the images shim refused since `sinceMs` of the host's clock, by its journal; null when it logged none, or none can be read. */
export async function lastRefusal(transport: Pick<Transport, 'exec'>, sinceMs: number): Promise<LoggedRefusal | null> {
  const since = `--since=${atSeconds(sinceMs - TOLERANCE_MS)}`;
  const argv = ['journalctl', '-q', '-o', 'cat', '--no-pager', '-u', SHIM_UNIT, since, '-n', String(MAX_LINES)];
  try {
    const { stdout } = await transport.exec(argv, { timeoutMs: TIMEOUT_MS });
    return (
      stdout
        .split('\n')
        .map(parseRefusal)
        .filter((refusal) => refusal !== null)
        .at(-1) ?? null
    );
  } catch {
    return null;
  }
}
