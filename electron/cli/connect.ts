import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { PanelException } from '../../shared/errors.ts';
import { silentLogger } from '../foundation/log/log.ts';
import { createConnection, type PromptQuestion } from '../foundation/ssh/connection.ts';
import type { Connection } from '../foundation/ssh/transport.ts';
import { answerPrompt } from './answer-prompt.ts';
import { noTerminalError } from './errors.ts';
import type { Terminal } from './terminal.ts';

const KEEPALIVE_SECONDS = 15;
/** The password of sudo is asked for once a run. */
const SUDO_KEEP_MINUTES = 60;

/** Signs in to a host, with its questions on the terminal. Throws what the connection is blocked by, and setup-no-terminal. */
export async function connectTo(
  profile: HostProfile,
  o: {
    readonly terminal: Terminal | null;
    readonly homeFolder: string;
    readonly knownHostsFile: string;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly trustedHostKeys?: readonly string[];
    readonly privateKeys?: readonly string[];
    /** Answers sudo instead of the operator. */
    readonly sudoPassword?: string;
    readonly signal: AbortSignal;
  },
): Promise<{
  readonly connection: Connection /** The prompt that nobody was there to answer. */;
  readonly unanswered: () => PanelException | null;
}> {
  let unanswered: PanelException | null = null;
  const connection = createConnection({
    profile,
    promptUser: async (question: PromptQuestion, signal) => {
      if (question.kind === 'sudo-password' && o.sudoPassword !== undefined) return { kind: 'secret', secret: o.sudoPassword };
      return await answerPrompt(o.terminal, question, signal, (what) => {
        unanswered = noTerminalError(what, 'Run it on a terminal, or make the host known and use a key or an agent.');
      });
    },
    homeFolder: o.homeFolder,
    environment: o.environment,
    knownHostsFile: o.knownHostsFile,
    ...(o.trustedHostKeys === undefined ? {} : { trustedHostKeys: o.trustedHostKeys }),
    ...(o.privateKeys === undefined ? {} : { privateKeys: o.privateKeys }),
    keepaliveSeconds: () => KEEPALIVE_SECONDS,
    sudoKeepMinutes: () => SUDO_KEEP_MINUTES,
    log: silentLogger,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.onChange(({ state }) => {
        if (state.kind === 'online') resolve();
        if (state.kind === 'blocked' || state.kind === 'reconnecting') reject(unanswered ?? new PanelException(state.cause));
      });
      o.signal.addEventListener('abort', () => reject(o.signal.reason), { once: true });
      o.signal.throwIfAborted();
      connection.connect();
    });
  } catch (cause) {
    connection.dispose();
    throw cause;
  }
  return { connection, unanswered: () => unanswered };
}
