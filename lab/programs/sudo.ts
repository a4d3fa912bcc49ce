import type { LabProcess, Machine, Program } from './process.ts';
import { allowedWithoutPassword } from './sudoers.ts';

const TRIES = 3;

interface Options {
  readonly neverAsk: boolean;
  readonly fromStdin: boolean;
  readonly list: boolean;
  /** `-v`: only authenticates. */
  readonly validate: boolean;
  readonly prompt: string;
  readonly command: readonly string[];
}

/**
 * sudo 1.9 for the user `operator`, who may run everything with a password, and without one the commands of the drop-ins in
 * /etc/sudoers.d. Prompts and errors are printed to stderr; the command gets the rest of stdin.
 */
export const sudo: Program = async (process, machine) => {
  const options = parseOptions(process.argv.slice(1));
  if (process.argv[1] === '-V') {
    await process.stdout.write('Sudo version 1.9.15p5\n');
    return 0;
  }
  if (process.user === 'root') return machine.execute({ ...process, argv: options.command });
  const free = allowedWithoutPassword(machine.files, process.user);
  const notInSudoers = machine.simulation.faults.has('sudo-refused');
  const withoutPassword = !notInSudoers && free.has(fullCommand(options.command));
  if (options.list) {
    // sudoers(5), listpw: one NOPASSWD entry suffices to list without a password, and the operator may run everything with one.
    if (notInSudoers || free.size === 0) return complain(process, 'sudo: a password is required\n');
    await process.stdout.write(options.command.length === 0 ? listing(process.user, free) : `${fullCommand(options.command)}\n`);
    return 0;
  }
  if (!withoutPassword) {
    if (options.neverAsk) return complain(process, 'sudo: a password is required\n');
    if (!options.fromStdin) {
      return complain(
        process,
        'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n',
      );
    }
    // sudo refuses a user without any rule before it asks for a password.
    if (options.validate && notInSudoers) return complain(process, `Sorry, user ${process.user} may not run sudo on ada2.\n`);
    if (!(await authenticated(process, machine, options.prompt))) return 1;
    if (notInSudoers) return complain(process, `${process.user} is not in the sudoers file.\n`);
  }
  if (options.validate) return 0;
  const command = fullCommand(options.command);
  machine.simulation.log({
    message: `${process.user} : PWD=/home/${process.user} ; USER=root ; COMMAND=${command}`,
    priority: 5,
    identifier: 'sudo',
    pid: 4_200,
    unit: 'session-1.scope',
    invocationId: null,
    transport: 'syslog',
    fields: { _COMM: 'sudo' },
  });
  return machine.execute({ ...process, argv: options.command, user: 'root', sudoUser: process.user });
};

function parseOptions(args: readonly string[]): Options {
  let neverAsk = false;
  let fromStdin = false;
  let list = false;
  let validate = false;
  let prompt = '[sudo] password for operator: ';
  let index = 0;
  for (; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--') {
      index += 1;
      break;
    }
    if (arg === '-p') {
      index += 1;
      prompt = (args[index] ?? '').replaceAll('%p', 'operator');
    } else if (/^-[nSkvlHE]+$/.test(arg)) {
      neverAsk ||= arg.includes('n');
      fromStdin ||= arg.includes('S');
      list ||= arg.includes('l');
      validate ||= arg.includes('v');
    } else break;
  }
  return { neverAsk, fromStdin, list, validate, prompt, command: args.slice(index) };
}

/** The output of `sudo -ll`: everything with a password, and the commands of the drop-ins. */
function listing(user: string, free: ReadonlySet<string>): string {
  const entry = (...lines: readonly string[]): string => `\nSudoers entry:\n${lines.map((line) => `    ${line}\n`).join('')}`;
  const commands = [...free].map((command) => `\t${command.replace(/[\\:=,]/g, '\\$&')}\n`).join('');
  return [
    `Matching Defaults entries for ${user} on ada2:\n    env_reset, mail_badpass, use_pty\n\n`,
    `User ${user} may run the following commands on ada2:\n`,
    `${entry('RunAsUsers: ALL', 'RunAsGroups: ALL', 'Commands:')}\tALL\n`,
    `${entry('RunAsUsers: root', 'Options: !authenticate', 'Commands:')}${commands}\n`,
  ].join('');
}

/** The command in the form of sudoers: absolute path, arguments separated by one blank. */
function fullCommand(command: readonly string[]): string {
  const [name = '', ...args] = command;
  const path = name.includes('/') ? name : `${name === 'visudo' || name === 'nginx' ? '/usr/sbin' : '/usr/bin'}/${name}`;
  return [path, ...args].join(' ');
}

async function complain(process: LabProcess, text: string): Promise<number> {
  await process.stderr.write(text);
  return 1;
}

async function authenticated(process: LabProcess, machine: Machine, prompt: string): Promise<boolean> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    await process.stderr.write(prompt);
    const line = await process.stdin.readLine();
    if (line === null) {
      const wrong = attempt - 1;
      const outcome =
        wrong === 0 ? 'sudo: a password is required\n' : `sudo: ${wrong} incorrect password attempt${wrong === 1 ? '' : 's'}\n`;
      await process.stderr.write(`\nsudo: no password was provided\n${outcome}`);
      return false;
    }
    if (line === machine.sudoPassword) return true;
    if (attempt < TRIES) await process.stderr.write('Sorry, try again.\n');
  }
  await process.stderr.write(`sudo: ${TRIES} incorrect password attempts\n`);
  return false;
}
