import { parseArgs } from 'node:util';
import { CHECK_GROUPS, CheckGroup } from '../../shared/capabilities/checks/contract.ts';
import { usageError } from './errors.ts';

export interface ChecksArguments {
  /** Null = the lab. */
  readonly host: string | null;
  /** What is broken in the lab. */
  readonly faults: readonly string[];
  /** Empty = all. */
  readonly groups: readonly CheckGroup[];
  readonly ids: readonly string[];
  /** Also those that make an image, and that load the gateway. */
  readonly withImages: boolean;
  readonly withLoad: boolean;
  readonly json: boolean;
  readonly junitFile: string | null;
  readonly promFile: string | null;
  readonly markdownFile: string | null;
  readonly tokenFile: string | null;
  readonly dataFolder: string | null;
}

/** `command` is how the program was called. */
export const checksUsage = (command: string): string => `${command} (--host NAME | --lab [--fault NAME]) [OPTION…]

Runs the checks of a host and its gateway, and prints what each found.

  --host NAME             a host of the panel by its name, a host of ~/.ssh/config, or user@host[:port]
  --lab                   the built-in lab
  --fault NAME            break this in the lab first
  --group GROUP           only this group: ${CHECK_GROUPS.join(', ')}
  --check ID              only this check, whatever it costs
  --with-images           also checks that make images
  --with-load             also checks that fill every slot of the gateway for some seconds
  --json                  print the results as one JSON document
  --junit FILE            save them as JUnit XML
  --prom FILE             save them for the textfile collector of node-exporter
  --markdown FILE         save them as Markdown
  --token-file FILE       the token of the gateway, in place of the one that the panel has saved
  --data-folder DIR       where the panel stores its hosts and settings; default: as the panel
  --help                  show this

Exit status: 0 all in order; 1 a check failed; 2 none failed, but one warns or could not be known; 3 the checks did not run, or a file could not be saved.`;

/** Reads the command line; null = show the usage. Throws command-line-usage. */
export function readChecksArguments(argv: readonly string[], command: string): ChecksArguments | null {
  const wrong = (message: string) => usageError(message, command);
  const values = parse(argv, wrong);
  if (values.help === true) return null;
  const isLab = values.lab === true;
  const { host, fault: faults = [], group = [], check: ids = [] } = values;
  if ((host !== undefined) === isLab) throw wrong('Name one host: --host NAME or --lab.');
  if (faults.length > 0 && !isLab) throw wrong('--fault breaks the lab only: add --lab.');
  const groups = group.map((name) => {
    const known = CheckGroup.safeParse(name);
    if (!known.success) throw wrong(`There is no group ${name.slice(0, 60)}; the groups are ${CHECK_GROUPS.join(', ')}.`);
    return known.data;
  });
  return {
    host: host ?? null,
    faults,
    groups,
    ids,
    withImages: values['with-images'] === true,
    withLoad: values['with-load'] === true,
    json: values.json === true,
    junitFile: values.junit ?? null,
    promFile: values.prom ?? null,
    markdownFile: values.markdown ?? null,
    tokenFile: values['token-file'] ?? null,
    dataFolder: values['data-folder'] ?? null,
  };
}

function parse(argv: readonly string[], wrong: (message: string) => Error) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        host: { type: 'string' },
        lab: { type: 'boolean' },
        fault: { type: 'string', multiple: true },
        group: { type: 'string', multiple: true },
        check: { type: 'string', multiple: true },
        'with-images': { type: 'boolean' },
        'with-load': { type: 'boolean' },
        json: { type: 'boolean' },
        junit: { type: 'string' },
        prom: { type: 'string' },
        markdown: { type: 'string' },
        'token-file': { type: 'string' },
        'data-folder': { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause));
  }
}
