import type { MadePlan } from '../planner.ts';

/** What a person who runs the playbook must know. */
export function readmeOf(o: {
  readonly made: MadePlan;
  readonly hostLabel: string;
  readonly secrets: readonly string[];
  readonly notes: readonly string[];
}): string {
  const { made, hostLabel, secrets, notes } = o;
  const values = made.chosen.flatMap(({ recipe, values: given }) =>
    recipe.parameters.map(
      ({ key, kind }) => `| ${recipe.id} | ${key} | ${kind === 'secret' ? '(secret)' : (given[key] ?? '').replaceAll('|', '\\|')} |`,
    ),
  );
  return [
    `# ${made.chosen.map(({ recipe }) => recipe.title).join(', ')}`,
    '',
    `Made by Ada Panel from a plan for ${hostLabel} (${made.facts.prettyName ?? 'unknown system'}). Needs ansible-core 2.14 or newer on this computer, and Python 3 and sudo on the hosts.`,
    '',
    '```',
    'ansible-playbook -i HOST, -u USER -K site.yml',
    '```',
    '',
    '| Recipe | Parameter | Value |',
    '|---|---|---|',
    ...values,
    '',
    ...(secrets.length === 0
      ? []
      : [
          '## Secrets',
          '',
          'Set these variables, for example in a file of ansible-vault:',
          '',
          ...secrets.map((name) => `- \`${name}\``),
          '',
        ]),
    '## Differences from the panel',
    '',
    '- A change is not put back when it locks the operator out: only the panel confirms it and waits.',
    '- Requirements were checked on the host above; the playbook checks only that a host runs the same system.',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}
