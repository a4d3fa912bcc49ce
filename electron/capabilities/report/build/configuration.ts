import type { SetupRecipe } from '../../../../shared/capabilities/setup/contract.ts';
import { formatDateTime } from '../../../../shared/format.ts';
import type { ConfigFile, ConfigurationData, MachineConfiguration, Reading } from '../data.ts';
import type { Block, Section } from '../document.ts';
import { plural, TEXT } from '../text.ts';

const MAX_FILE_LINES = 400;

/** The configuration as deployed, of each machine, and how it stands to the recipes. */
export function configurationSections({ host, gateway, recipes }: ConfigurationData): readonly Section[] {
  return [
    machineSection('configuration', 'Configuration of the host', host),
    machineSection('gateway-configuration', 'Configuration of the gateway', gateway),
    differencesSection(recipes),
  ];
}

function machineSection(id: string, title: string, machine: Reading<MachineConfiguration>): Section {
  if (machine.kind === 'unknown') return { id, title, blocks: [{ kind: 'notice', text: `Not read: ${machine.reason}` }] };
  const { facts, units, listeners, files } = machine.value;
  return {
    id,
    title,
    blocks: [
      { kind: 'facts', rows: facts },
      {
        kind: 'table',
        columns: [{ title: 'Unit' }, { title: 'State' }, { title: 'At boot' }, { title: 'User' }, { title: 'File' }],
        rows: units.map(({ name, state }) => [name, ...describeUnit(state)]),
      },
      ...(listeners.length === 0
        ? []
        : [
            {
              kind: 'table',
              columns: [{ title: 'Port', isNumber: true }, { title: 'Address' }, { title: 'Program' }],
              rows: [...listeners]
                .sort((a, b) => a.port - b.port)
                .map(({ address, port, process }) => [String(port), address, process ?? TEXT.unknown]),
            } as const,
          ]),
      ...files.map(fileBlock),
    ],
  };
}

function describeUnit(state: ReadonlyMap<string, string>): readonly string[] {
  const value = (key: string): string => state.get(key) ?? '';
  if (value('LoadState') === 'not-found') return ['not installed', '', '', ''];
  const shown = [value('ActiveState'), value('SubState')].filter((word) => word !== '').join(' ');
  return [shown || TEXT.unknown, value('UnitFileState') || TEXT.unknown, value('User') || 'root', value('FragmentPath') || TEXT.unknown];
}

function fileBlock({ path, text }: ConfigFile): Block {
  if (text.kind === 'unknown') return { kind: 'notice', text: `${path}: ${text.reason}` };
  const lines = text.value.trimEnd().split('\n');
  const cut = lines.length > MAX_FILE_LINES ? `, the first ${MAX_FILE_LINES} of ${lines.length} lines` : '';
  return { kind: 'code', title: `${path}${cut}`, lines: lines.slice(0, MAX_FILE_LINES) };
}

const STANDINGS: Readonly<Record<NonNullable<SetupRecipe['standing']>['state'], string>> = {
  'not-installed': 'Not installed',
  elsewhere: 'Not for this host',
  'up-to-date': 'As the recipe',
  changes: 'Differs',
  blocked: 'Blocked',
  unknown: 'Unknown',
};

function differencesSection(recipes: ConfigurationData['recipes']): Section {
  const read = recipes.flatMap(({ title, standing }) => (standing === null ? [] : [{ title, standing }]));
  return {
    id: 'differences',
    title: TEXT.differences,
    blocks:
      read.length === 0
        ? [{ kind: 'notice', text: TEXT.noRecipes }]
        : [
            {
              kind: 'table',
              columns: [{ title: 'Recipe' }, { title: 'This host' }, { title: 'Detail' }, { title: 'Read' }],
              rows: read.map(({ title, standing }) => [
                title,
                STANDINGS[standing.state],
                [standing.state === 'changes' ? plural(standing.changes, 'change') : '', standing.reason ?? '']
                  .filter((part) => part !== '')
                  .join('; '),
                formatDateTime(standing.takenAt),
              ]),
            },
          ],
  };
}
