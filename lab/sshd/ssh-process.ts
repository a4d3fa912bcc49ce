import type { ServerChannel, Session } from 'ssh2';
import { endMarker, readLaunch } from '../../shared/host-scripts/launcher.ts';
import { BrokenPipe, Input, type Output } from '../base/streams.ts';
import type { LabProcess, Machine } from '../programs/process.ts';
import { TERMINATED } from '../programs/process.ts';
import { parseCommandLine, ShellSyntaxError } from '../programs/shell-words.ts';

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/home/operator', USER: 'operator', LANG: 'en_US.UTF-8' };
const LAB_BROKE = 70;

/**
 * Runs one exec request as the login shell would. Resolves when the process has ended, which may be long after the
 * client closed the channel: until then sshd keeps the session's slot.
 */
export async function runCommand(line: string, channel: ServerChannel, session: Session, machine: Machine): Promise<void> {
  const stdin = new Input();
  const gone = new AbortController();
  const killed = new AbortController();
  let signalName: string | null = null;
  channel.on('data', (data: Buffer) => stdin.push(data));
  channel.on('end', () => stdin.end());
  channel.on('error', () => undefined);
  channel.on('close', () => {
    gone.abort();
    stdin.end();
  });
  session.on('signal', (accept, _reject, info) => {
    accept?.();
    signalName = info.name;
    killed.abort();
  });
  const stdout = outputTo(channel, gone.signal);
  const stderr = outputTo(channel.stderr, gone.signal);
  let exitCode = LAB_BROKE;
  try {
    exitCode = await runLoginShell(line, { user: 'operator', stdin, stdout, stderr, killed: killed.signal }, machine);
  } catch (thrown) {
    const text =
      thrown instanceof ShellSyntaxError
        ? `bash: -c: line 1: ${thrown.message}\n`
        : `lab: ${thrown instanceof Error ? (thrown.stack ?? '') : ''}\n`;
    if (thrown instanceof ShellSyntaxError) exitCode = 2;
    await stderr.write(text).catch(() => undefined);
  }
  // A machine that lost its power sends no last words.
  if (gone.signal.aborted || machine.power.aborted) return;
  if (signalName !== null && exitCode === TERMINATED) channel.exit(signalName, false, '');
  else channel.exit(exitCode);
  channel.end();
}

/** bash as login shell, with what the user's start-up files do before the command. */
async function runLoginShell(line: string, process: Omit<LabProcess, 'argv'>, machine: Machine): Promise<number> {
  const { faults } = machine.simulation;
  if (faults.has('login-shell-none')) {
    await process.stdout.write('This account is currently not available.\n');
    return 1;
  }
  if (faults.has('login-shell-prints')) await process.stdout.write('Welcome to ada2\n');
  const { argv } = parseCommandLine(line, ENVIRONMENT);
  const launched = readLaunch(argv);
  if (launched === null) return argv.length === 0 ? 0 : await machine.execute({ ...process, argv });
  await process.stdout.write(`${launched.marker}\n`);
  await process.stderr.write(`${launched.marker}\n`);
  const exitCode = await machine.execute({ ...process, argv: parseCommandLine(launched.command, ENVIRONMENT).argv });
  await process.stdout.write(endMarker(launched.marker));
  await process.stderr.write(endMarker(launched.marker));
  if (faults.has('login-shell-prints')) await process.stdout.write('Goodbye\n');
  return exitCode;
}

function outputTo(stream: NodeJS.WritableStream, closed: AbortSignal): Output {
  return {
    closed,
    write: (data) =>
      new Promise((resolve, reject) => {
        if (closed.aborted) return reject(new BrokenPipe());
        if (stream.write(data)) return resolve();
        const drained = () => {
          closed.removeEventListener('abort', broke);
          resolve();
        };
        const broke = () => {
          stream.removeListener('drain', drained);
          reject(new BrokenPipe());
        };
        stream.once('drain', drained);
        closed.addEventListener('abort', broke, { once: true });
      }),
  };
}
