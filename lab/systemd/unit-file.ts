import type { UnitDefinition } from './unit-definitions.ts';

/** Keys and values of a unit file by section, in order (systemd.syntax(7)). */
export type UnitFile = ReadonlyMap<string, readonly (readonly [string, string])[]>;

export function parseUnitFile(text: string): UnitFile {
  const sections = new Map<string, (readonly [string, string])[]>();
  let section: (readonly [string, string])[] = [];
  for (const line of text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((part) => part.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('[') && line.endsWith(']')) {
      const name = line.slice(1, -1);
      section = sections.get(name) ?? [];
      sections.set(name, section);
      continue;
    }
    const at = line.indexOf('=');
    if (at > 0) section.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return sections;
}

/** All values of a key; an empty value drops those before it. */
export function valuesOf(file: UnitFile, section: string, key: string): readonly string[] {
  let values: string[] = [];
  for (const [name, value] of file.get(section) ?? []) if (name === key) values = value === '' ? [] : [...values, value];
  return values;
}

const wordsOf = (file: UnitFile, section: string, key: string): readonly string[] =>
  valuesOf(file, section, key).flatMap((value) => value.split(/\s+/).filter((word) => word !== ''));

/** Splits at blanks outside of quotes, and takes the quotes and backslashes away. */
export function splitQuoted(text: string): readonly string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_all, double?: string, single?: string, escaped?: string) =>
      (double?.replaceAll(/\\(.)/g, '$1') ?? single ?? escaped ?? '').toString(),
    ),
  );
}

/** The behaviour of a program in the lab; the definition of a unit has the rest of its file. */
type Behaviour = Pick<UnitDefinition, 'startMs' | 'stopMs' | 'identifier' | 'memoryMiB' | 'tasks' | 'startLines' | 'stopLines'>;

/** The unit that a file describes; null = it starts nothing. */
export function definitionOf(o: {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly behaviourOf: (command: readonly string[]) => Behaviour;
}): UnitDefinition | null {
  const file = parseUnitFile(o.text);
  const one = (section: string, key: string): string | undefined => valuesOf(file, section, key).at(-1);
  const command = (valuesOf(file, 'Service', 'ExecStart')[0] ?? '')
    .replace(/^[-@:+!|]*/, '')
    .replaceAll('%%', '%')
    .replaceAll('$$', '$');
  if (command === '') return null;
  const folder = one('Service', 'WorkingDirectory');
  return {
    ...o.behaviourOf(splitQuoted(command)),
    name: o.name,
    description: one('Unit', 'Description') ?? o.name,
    type: typeOf(one('Service', 'Type')),
    user: one('Service', 'User') ?? 'root',
    fragmentPath: o.path,
    enabled: false,
    wantedBy: wordsOf(file, 'Install', 'WantedBy'),
    conflicts: wordsOf(file, 'Unit', 'Conflicts').filter((unit) => unit.endsWith('.service')),
    environment: Object.fromEntries(
      valuesOf(file, 'Service', 'Environment')
        .flatMap(splitQuoted)
        .map((word): [string, string] => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
    ),
    environmentFiles: valuesOf(file, 'Service', 'EnvironmentFile').map((path) => path.replace(/^-/, '')),
    command,
    requires: [...wordsOf(file, 'Unit', 'Requires'), ...wordsOf(file, 'Unit', 'BindsTo')].filter((unit) => unit.endsWith('.service')),
    ...(folder === undefined ? {} : { workingFolder: folder.replace(/^-/, '') }),
  };
}

const TYPES = ['notify', 'simple', 'exec', 'oneshot', 'forking'] as const;

const typeOf = (word: string | undefined): UnitDefinition['type'] => TYPES.find((type) => type === word) ?? 'simple';

/** The file of a definition that a host has from the start. */
export function renderUnitFile(definition: UnitDefinition): string {
  const { environment, workingFolder } = definition;
  return [
    '[Unit]',
    `Description=${definition.description}`,
    ...(definition.requires.length === 0 ? [] : [`Requires=${definition.requires.join(' ')}`, `After=${definition.requires.join(' ')}`]),
    '',
    '[Service]',
    `Type=${definition.type}`,
    `User=${definition.user}`,
    ...(workingFolder === undefined ? [] : [`WorkingDirectory=${workingFolder}`]),
    ...Object.entries(environment).map(([name, value]) => `Environment='${name}=${value}'`),
    `ExecStart=${definition.command.replace(/^nginx: master process /, '')}`,
    'Restart=always',
    'RestartSec=10',
    '',
    '[Install]',
    `WantedBy=${definition.wantedBy.join(' ')}`,
    '',
  ].join('\n');
}

/** Variables of a file in the form of systemd.exec(5), EnvironmentFile. */
export function parseEnvironmentFile(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const line of text.replaceAll(/\\\n/g, '').split('\n')) {
    const [, name, value = ''] = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) found[name] = value.replace(/^(["'])(.*)\1$/, '$2');
  }
  return found;
}
