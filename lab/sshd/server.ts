import { timingSafeEqual } from 'node:crypto';
import { connect } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type PublicKeyAuthContext } from 'ssh2';
import type { Machine } from '../programs/process.ts';
import { serveSftp } from './sftp.ts';
import { runCommand } from './ssh-process.ts';

const METHODS = ['publickey' as const, 'password' as const, 'keyboard-interactive' as const];
/** sshd's default, sessions a connection. */
const MAX_SESSIONS = 10;

export interface SshServerOptions {
  /** OpenSSH text. */
  readonly hostPrivateKey: string;
  readonly user: string;
  readonly password: string;
  readonly userKey: ParsedKey;
  /** A one-time code that the host requires besides the password; the only way in when set. */
  readonly verificationCode?: string;
  /** Looked up for each request: a reboot brings a new one. */
  readonly machine: () => Machine;
  /** Where a port of the simulated host really listens; null = a connection is refused. */
  readonly portOf: (port: number) => number | null;
  /** The same for another machine of the network, which asks for {@link LAN_NAME}. */
  readonly lanPortOf: (port: number) => number | null;
  /** Gets the ports of this machine from which other machines of the network are connected. */
  readonly fromNetwork: Set<number>;
}

/** The name under which another machine of the lab's network reaches the simulated host. */
const LAN_NAME = 'ada2.lab';

/** An sshd for the simulated host on a loopback port; resolves when it listens. */
export function startSshServer(options: SshServerOptions): Promise<{ readonly port: number; close(): void }> {
  const server = new ssh2.Server({ hostKeys: [options.hostPrivateKey], ident: 'OpenSSH_9.6p1 lab' }, (connection) => {
    connection.on('error', () => connection.end());
    connection.on('authentication', (context) => authenticate(context, options));
    connection.on('ready', () => serve(connection, options));
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: address !== null && typeof address === 'object' ? address.port : 0, close: () => void server.close() });
    });
  });
}

function authenticate(context: AuthContext, options: SshServerOptions): void {
  const refused = options.machine().simulation.faults.has('password-refused') || context.username !== options.user;
  const decide = (good: boolean): void => {
    if (good && !refused) context.accept();
    else context.reject(options.verificationCode === undefined ? METHODS : ['keyboard-interactive']);
  };
  if (options.verificationCode !== undefined) promptForCode(context, options, decide);
  else if (context.method === 'publickey') decide(isOwnKey(context, options.userKey));
  else if (context.method === 'password') decide(context.password === options.password);
  else if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => decide(answers[0] === options.password));
  } else decide(false);
}

function promptForCode(context: AuthContext, options: SshServerOptions, decide: (good: boolean) => void): void {
  if (context.method !== 'keyboard-interactive') {
    decide(false);
    return;
  }
  const questions = [
    { prompt: 'Password: ', echo: false },
    { prompt: 'Verification code: ', echo: true },
  ];
  context.prompt(questions, 'Two-step sign-in', 'The code is in your authenticator app.', ([password, code]) =>
    decide(password === options.password && code === options.verificationCode),
  );
}

/** First the client asks whether a key would do (no signature), then it proves that it holds it. */
function isOwnKey(context: PublicKeyAuthContext, userKey: ParsedKey): boolean {
  const known = userKey.getPublicSSH();
  if (context.key.data.length !== known.length || !timingSafeEqual(context.key.data, known)) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  return userKey.verify(context.blob, context.signature, context.hashAlgo) === true;
}

function serve(connection: Connection, options: SshServerOptions): void {
  let sessions = 0;
  connection.on('session', (accept, reject) => {
    const machine = options.machine();
    if (sessions >= (machine.simulation.faults.has('max-sessions-2') ? 2 : MAX_SESSIONS)) return void reject();
    sessions += 1;
    let running = false;
    let freed = false;
    const free = () => {
      if (!freed) sessions -= 1;
      freed = true;
    };
    const session = accept();
    session.on('env', (acceptEnv) => acceptEnv?.());
    session.on('pty', (acceptPty) => acceptPty?.());
    session.on('close', () => {
      // A process holds its slot until it has ended, even when the client has disconnected.
      if (!running) free();
    });
    session.on('exec', (acceptExec, _reject, info) => {
      running = true;
      void runCommand(info.command, acceptExec(), session, machine).finally(free);
    });
    session.on('sftp', (acceptSftp) => serveSftp(acceptSftp(), machine.files, machine.simulation.users));
    return undefined;
  });
  connection.on('tcpip', (accept, reject, info) => {
    const port = realPortOf(info.destIP, info.destPort, options);
    if (port === null) return void reject();
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => reject());
    socket.once('connect', () => {
      const { localPort } = socket;
      if (info.destIP === LAN_NAME && localPort !== undefined) {
        options.fromNetwork.add(localPort);
        socket.once('close', () => options.fromNetwork.delete(localPort));
      }
      const channel = accept();
      socket.removeAllListeners('error');
      socket.on('error', () => channel.destroy());
      channel.on('error', () => socket.destroy());
      channel.pipe(socket).pipe(channel);
      channel.once('close', () => socket.destroy());
      socket.once('close', () => channel.end());
    });
    return undefined;
  });
}

function realPortOf(hostName: string, port: number, { portOf, lanPortOf }: SshServerOptions): number | null {
  if (hostName === LAN_NAME) return lanPortOf(port);
  return ['127.0.0.1', 'localhost', '::1'].includes(hostName) ? portOf(port) : null;
}
