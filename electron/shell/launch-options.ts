import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the command line and the environment ask of this start. */
export interface LaunchOptions {
  readonly lab: boolean;
  readonly smokeTest: boolean;
  /** Print `painted WHAT EPOCH_MS` on stdout whenever the page reports a paint: for benchmarks. */
  readonly printPaints: boolean;
  /** Where settings, hosts, history and logs live; null = the system's place for them. */
  readonly dataFolder: string | null;
  readonly homeFolder: string;
  readonly knownHostsFile: string;
}

/** Reads `--lab`, `--smoke-test`, `--print-paints` and `--data-folder=DIR`. Anything else is left to Electron. */
export function readLaunchOptions(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): LaunchOptions {
  const folder = argv.find((argument) => argument.startsWith('--data-folder='));
  const smokeTest = argv.includes('--smoke-test');
  const homeFolder = environment['HOME'] ?? environment['USERPROFILE'] ?? homedir();
  return {
    lab: smokeTest || argv.includes('--lab'),
    smokeTest,
    printPaints: argv.includes('--print-paints'),
    dataFolder: folder?.slice('--data-folder='.length) ?? null,
    homeFolder,
    knownHostsFile: join(homeFolder, '.ssh', 'known_hosts'),
  };
}
