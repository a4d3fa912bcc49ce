import { definitionOf } from '../systemd/unit-file.ts';
import { behaviourOf } from '../systemd/unit-files.ts';
import type { Machine } from './process.ts';

/** The complaints of `systemd-analyze verify` about the text of a unit file; none = it can be loaded. */
export function verifyUnit({ simulation, files }: Machine, name: string, text: string): readonly string[] {
  const definition = definitionOf({ name, path: name, text, behaviourOf });
  if (definition === null) return [`${name}: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.`];
  const [program = ''] = definition.command.split(' ');
  const missing = definition.requires.filter((other) => simulation.units.loaded.find(other) === undefined);
  return [
    ...(files.isProgram(program) ? [] : [`${name}: Command ${program} is not executable: No such file or directory`]),
    ...missing.map((other) => `${name}: Failed to create ${name}/start: Unit ${other} not found.`),
  ];
}
