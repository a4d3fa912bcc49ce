import { SETUP_EXITS, SETUP_STATE_FOLDER } from '../../shared/host-scripts/setup.ts';
import { FileError, type LabFile } from '../base/files.ts';
import { Collected, noInput } from '../base/streams.ts';
import type { Simulation } from '../host/simulation.ts';
import type { LabProcess, Machine, Program } from './process.ts';

interface Undo {
  readonly paths: ReadonlyMap<string, LabFile | null>;
  readonly newUnits: readonly string[];
  /** Commands that undo memberships, and those that give units their old state once the old files are back. */
  readonly first: readonly (readonly string[])[];
  readonly last: readonly (readonly string[])[];
}

interface Guard {
  readonly undo: Undo;
  /** Whether the old state is back. */
  isReverted: boolean;
  reverting: Promise<void> | null;
}

/** Armed guards of a simulated host; they are on its disk, so that a reboot leaves them. */
const guards = new WeakMap<Simulation, Map<string, Guard>>();

function guardsOf(simulation: Simulation): Map<string, Guard> {
  const found = guards.get(simulation) ?? new Map<string, Guard>();
  guards.set(simulation, found);
  return found;
}

const folderOf = (id: string): string => `${SETUP_STATE_FOLDER}/guards/${id}`;
const timerOf = (id: string): string => `ada-panel-revert-${id}.timer`;

/** Puts an old state back unless it is confirmed in time (docstring of `setupGuard`). */
export const guardSetup: Program = async (process, machine) => {
  const [verb = '', id = '', seconds = '0'] = process.argv;
  const { simulation, files } = machine;
  const armed = guardsOf(simulation);
  if (verb === 'arm') {
    const undo = await readManifest(process, machine);
    files.removeTree(folderOf(id));
    files.makeFolder(folderOf(id), { user: process.user, mode: 0o700, parents: true });
    const guard: Guard = { undo, isReverted: false, reverting: null };
    armed.set(id, guard);
    simulation.timers.start(timerOf(id), Number(seconds) * 1000, () => void revert(machine, guard));
    return 0;
  }
  const guard = armed.get(id);
  if (guard === undefined) return SETUP_EXITS.missing;
  if (verb === 'confirm' && (guard.isReverted || guard.reverting !== null)) return SETUP_EXITS.reverted;
  if (verb === 'revert') await revert(machine, guard);
  simulation.timers.stop(timerOf(id));
  armed.delete(id);
  files.removeTree(folderOf(id));
  return 0;
};

async function readManifest(process: LabProcess, machine: Machine): Promise<Undo> {
  const { simulation, files } = machine;
  const paths = new Map<string, LabFile | null>();
  const newUnits: string[] = [];
  const [first, last]: [string[][], string[][]] = [[], []];
  for (let line = await process.stdin.readLine(); line !== null; line = await process.stdin.readLine()) {
    const [kind, a = '', b = ''] = line.split(' ');
    if (kind === 'path') paths.set(a, entryAt(files, a));
    if (kind === 'member' && !simulation.users.groupsOf(a).includes(b)) first.push(['gpasswd', '-d', a, b]);
    if (kind !== 'unit') continue;
    const unit = simulation.units.loaded.find(a);
    if (unit === undefined) {
      newUnits.push(a);
      continue;
    }
    last.push(unit.activeState === 'active' ? ['systemctl', b, '--', a] : ['systemctl', 'stop', '--', a]);
    if (unit.unitFileState === 'enabled') last.push(['systemctl', 'enable', '-q', '--', a]);
    if (unit.unitFileState === 'disabled') last.push(['systemctl', 'disable', '-q', '--', a]);
  }
  return { paths, newUnits, first, last };
}

function entryAt(files: Machine['files'], path: string): LabFile | null {
  try {
    return files.lstat(path, 'root');
  } catch (thrown) {
    if (thrown instanceof FileError) return null;
    throw thrown;
  }
}

/** Runs once, by the timer or at request; the timer's run ends with the power. */
function revert(machine: Machine, guard: Guard): Promise<void> {
  guard.reverting ??= putBack(machine, guard.undo).then(() => {
    guard.isReverted = true;
  });
  return guard.reverting;
}

async function putBack(machine: Machine, { paths, newUnits, first, last }: Undo): Promise<void> {
  const run = async (argv: readonly string[]): Promise<void> => {
    const output = new Collected();
    const process = { argv, user: 'root', stdin: noInput(), stdout: output, stderr: output, killed: machine.power };
    await machine.execute(process);
  };
  for (const unit of newUnits) await run(['systemctl', 'disable', '--now', '--', unit]);
  for (const argv of first) await run(argv);
  const changedMs = machine.simulation.hostNow();
  for (const [path, entry] of paths) machine.files.put(path, entry === null ? null : { ...entry, changedMs });
  await run(['systemctl', 'daemon-reload']);
  for (const argv of last) await run(argv);
}
