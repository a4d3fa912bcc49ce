import { homedir } from 'node:os';
import { join } from 'node:path';
import flags from './launch-flags.json';

/** The options of this start, from the command line and the environment. */
export interface LaunchOptions {
  readonly lab: boolean;
  /** The lab begins with two days of a past. */
  readonly labHasPast: boolean;
  readonly smokeTest: boolean;
  /** Print `painted WHAT EPOCH_MS` on stdout whenever the page reports a paint: for benchmarks. */
  readonly printPaints: boolean;
  /** Connect to real hosts with an outdated Electron without a confirmation. */
  readonly fallbackConfirmed: boolean;
  /** The folder of settings, hosts, history and logs; null = the system's default. */
  readonly dataFolder: string | null;
  readonly homeFolder: string;
  readonly knownHostsFile: string;
}

/** A command line that is answered with a text instead of a window. */
export interface LaunchAnswer {
  readonly text: string;
  readonly exitCode: 0 | 2;
}

/** Reads the flags of launch-flags.json. Flags of Chromium are left to Electron. */
export function readLaunchOptions(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): LaunchOptions {
  const folder = argv.find((argument) => argument.startsWith('--data-folder='));
  const smokeTest = argv.includes('--smoke-test');
  const homeFolder = environment['HOME'] ?? environment['USERPROFILE'] ?? homedir();
  return {
    lab: smokeTest || argv.includes('--lab'),
    labHasPast: !argv.includes('--lab-past=none'),
    smokeTest,
    printPaints: argv.includes('--print-paints'),
    fallbackConfirmed: argv.includes('--fallback-runtime=confirmed'),
    dataFolder: folder?.slice('--data-folder='.length) ?? null,
    homeFolder,
    knownHostsFile: join(homeFolder, '.ssh', 'known_hosts'),
  };
}

/** The output of --version, --help and an unknown flag; null if the panel should open. */
export function answerCommandLine(argv: readonly string[], version: string): LaunchAnswer | null {
  if (argv.includes('--version')) return { text: `Ada Panel ${version}`, exitCode: 0 };
  if (argv.includes('--help')) return { text: describeFlags(), exitCode: 0 };
  const unknown = argv.find((argument) => argument.startsWith('--') && !isKnown(argument));
  return unknown === undefined ? null : { text: `Ada Panel: unknown option ${unknown}\n${describeFlags()}`, exitCode: 2 };
}

function isKnown(argument: string): boolean {
  const isOwn = flags.own.some(({ flag }) =>
    flag.endsWith('=') ? argument.startsWith(flag) && argument.length > flag.length : flag === argument,
  );
  return isOwn || flags.chromium.includes(argument.split('=')[0] ?? argument);
}

function describeFlags(): string {
  const rows = flags.own.map(({ flag, help }) => `  ${(flag.endsWith('=') ? `${flag}DIR` : flag).padEnd(30)} ${help}`);
  return ['Options:', ...rows, `Passed on to Chromium: ${flags.chromium.join(' ')}`].join('\n');
}
