import { parseArgs } from 'node:util';
import { usageError } from './errors.ts';

/** One `--set`: of every chosen recipe that has the key, or of the one recipe. */
export interface Assignment {
  readonly recipe: string | null;
  readonly key: string;
  readonly value: string;
}

export interface SetupArguments {
  /** Null = the lab's bare host. */
  readonly host: string | null;
  readonly recipes: readonly string[];
  readonly assignments: readonly Assignment[];
  readonly apply: boolean;
  /** Apply without a question. */
  readonly yes: boolean;
  /** Replace the holder of the host's lock. */
  readonly takeOver: boolean;
  readonly json: boolean;
  readonly reportFile: string | null;
  readonly playbookFolder: string | null;
  readonly dataFolder: string | null;
}

export const USAGE = `npm run setup -- (--host NAME | --lab-bare) --recipe NAME [OPTION…]

Shows what recipes would change on a host, and applies it with --apply.

  --host NAME             a host of the panel by its name, a host of ~/.ssh/config, or user@host[:port]
  --lab-bare              the lab's host with nothing on it
  --recipe NAME           a recipe; several are applied in this order
  --set [RECIPE.]KEY=VALUE  a value of a recipe, in place of the one that the panel remembers for the host
  --apply                 apply the plan after a question
  --yes                   apply without the question
  --take-over             replace another setup that holds the host's lock
  --report FILE           save the report of the run as Markdown
  --export-playbook DIR   write the planned recipes as an Ansible playbook into a new folder
  --json                  print the plan, then the run, as one line of JSON each
  --data-folder DIR       where the panel stores its hosts; default: as the panel
  --help                  show this

Exit status: 0 nothing to do, or done; 2 changes are planned; 1 failed.`;

const ASSIGNMENT = /^(?:([a-z][a-z0-9-]{0,39})\.)?([A-Za-z][A-Za-z0-9_-]{0,59})=(.*)$/s;

/** Reads the command line; null = show the usage. Throws command-line-usage. */
export function readArguments(argv: readonly string[]): SetupArguments | null {
  const { values } = parse(argv);
  if (values.help === true) return null;
  const recipes = values.recipe ?? [];
  if ((values.host === undefined) === (values['lab-bare'] !== true)) throw usageError('Name one host: --host NAME or --lab-bare.');
  if (values.host === '') throw usageError('--host has no name.');
  if (recipes.length === 0) throw usageError('Name a recipe: --recipe NAME.');
  if (new Set(recipes).size !== recipes.length) throw usageError('A recipe is named twice.');
  return {
    host: values.host ?? null,
    recipes,
    assignments: (values.set ?? []).map(readAssignment),
    apply: values.apply === true,
    yes: values.yes === true,
    takeOver: values['take-over'] === true,
    json: values.json === true,
    reportFile: values.report ?? null,
    playbookFolder: values['export-playbook'] ?? null,
    dataFolder: values['data-folder'] ?? null,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        host: { type: 'string' },
        'lab-bare': { type: 'boolean' },
        recipe: { type: 'string', multiple: true },
        set: { type: 'string', multiple: true },
        apply: { type: 'boolean' },
        yes: { type: 'boolean' },
        'take-over': { type: 'boolean' },
        json: { type: 'boolean' },
        report: { type: 'string' },
        'export-playbook': { type: 'string' },
        'data-folder': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw usageError(cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : String(cause));
  }
}

function readAssignment(text: string): Assignment {
  const [, recipe, key, value] = ASSIGNMENT.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    // A value may be a secret that was given by mistake, so only the part before it is shown.
    throw usageError(`--set ${text.split('=')[0]}: use KEY=VALUE or RECIPE.KEY=VALUE.`);
  }
  return { recipe: recipe ?? null, key, value };
}
