import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { PanelException } from '../../shared/errors.ts';
import type { RunningLab } from '../capabilities/running-lab.ts';
import { silentLogger } from '../foundation/log/log.ts';
import { createConnection, type PromptQuestion } from '../foundation/ssh/connection.ts';
import type { Connection } from '../foundation/ssh/transport.ts';
import { untilOnline } from '../foundation/ssh/until-online.ts';
import { answerPrompt } from './answer-prompt.ts';
import { noTerminalError } from './errors.ts';
import type { Terminal } from './terminal.ts';

const KEEPALIVE_SECONDS = 15;
/** The password of sudo is asked for once a run. */
const SUDO_KEEP_MINUTES = 60;

export interface ConnectOptions {
  readonly terminal: Terminal | null;
  readonly homeFolder: string;
  readonly knownHostsFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of whom the host is; `sudoPassword` answers sudo instead of the operator. */
  readonly lab: { readonly running: Pick<RunningLab, 'hostKey' | 'privateKey'>; readonly sudoPassword?: string } | null;
}

/** A connection that is not dialled yet, with its questions on the terminal. */
export interface CommandLineConnection {
  readonly connection: Connection;
  /** The prompt that nobody was there to answer. */
  readonly unanswered: () => PanelException | null;
}

export function openConnection(profile: HostProfile, o: ConnectOptions): CommandLineConnection {
  let unanswered: PanelException | null = null;
  const sudoPassword = o.lab?.sudoPassword;
  const connection = createConnection({
    profile,
    promptUser: async (question: PromptQuestion, signal) => {
      if (question.kind === 'sudo-password' && sudoPassword !== undefined) return { kind: 'secret', secret: sudoPassword };
      return await answerPrompt(o.terminal, question, signal, (what) => {
        unanswered = noTerminalError(what, 'Run it on a terminal, or make the host known and use a key or an agent.');
      });
    },
    homeFolder: o.homeFolder,
    environment: o.environment,
    knownHostsFile: o.knownHostsFile,
    ...(o.lab === null ? {} : { trustedHostKeys: [o.lab.running.hostKey], privateKeys: [o.lab.running.privateKey] }),
    keepaliveSeconds: () => KEEPALIVE_SECONDS,
    sudoKeepMinutes: () => SUDO_KEEP_MINUTES,
    log: silentLogger,
  });
  return { connection, unanswered: () => unanswered };
}

/** Signs in to a host. Throws what the connection is blocked by, and command-line-no-terminal. */
export async function connectTo(
  profile: HostProfile,
  o: ConnectOptions & { readonly signal: AbortSignal },
): Promise<CommandLineConnection> {
  const opened = openConnection(profile, o);
  try {
    const online = untilOnline(opened.connection, o.signal);
    opened.connection.connect();
    await online;
    return opened;
  } catch (cause) {
    opened.connection.dispose();
    throw opened.unanswered() ?? cause;
  }
}
