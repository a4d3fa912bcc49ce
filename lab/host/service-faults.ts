import type { LabFault } from '../base/faults.ts';
import type { LabUnit } from '../systemd/lab-unit.ts';
import { COMFYUI, INVOKEAI, NGINX, SHIM } from '../systemd/unit-definitions.ts';
import { BACKUPS } from './host-image.ts';
import type { Simulation } from './simulation.ts';

const CHAIN = [INVOKEAI, SHIM, NGINX, COMFYUI];
const JOURNALD_CONF = '/etc/systemd/journald.conf';
const SETTINGS = '/var/lib/invokeai/invokeai.yaml';
const RESTARTS = 2;
const STARTED_AGO_MS = 10 * 60_000;

/** Programs and files without which a service of the chain does not start again. */
const NEEDED = [
  '/var/lib/invokeai/venv/bin/invokeai-web',
  '/opt/ada-images-shim/images-shim.cjs',
  '/opt/ComfyUI/main.py',
  '/etc/nginx/sites-available/ada-images',
];

type Undo = () => void;

/** Faults of services and their files: each changes the host and returns what takes that back. */
export const SERVICE_FAULTS: Partial<Record<LabFault, (simulation: Simulation) => Undo>> = {
  'comfyui-in-use': (simulation) => useComfyUi(simulation, true),
  'comfyui-down': (simulation) => useComfyUi(simulation, true),
  'services-failed': (simulation) => {
    const undoUse = useComfyUi(simulation, true);
    const names = CHAIN.filter((name) => unitOf(simulation, name).activeState !== 'failed');
    for (const name of names) simulation.units.crash(unitOf(simulation, name));
    return () => {
      for (const name of names) simulation.units.resetFailed(unitOf(simulation, name));
      for (const name of names) if (name !== COMFYUI) startLongAgo(simulation, unitOf(simulation, name));
      undoUse();
    };
  },
  'services-disabled': (simulation) => {
    const undoUse = useComfyUi(simulation, false);
    for (const name of CHAIN) simulation.units.setEnabled(unitOf(simulation, name), false);
    return () => {
      for (const name of CHAIN) if (name !== COMFYUI) simulation.units.setEnabled(unitOf(simulation, name), true);
      undoUse();
    };
  },
  'services-restarted': (simulation) => {
    const undoUse = useComfyUi(simulation, true);
    for (const name of CHAIN) restarted(simulation, unitOf(simulation, name));
    return () => {
      for (const name of CHAIN) unitOf(simulation, name).nRestarts = 0;
      undoUse();
    };
  },
  'services-changed': (simulation) => {
    const undoUse = useComfyUi(simulation, true);
    const undos = CHAIN.map((name) => {
      const path = unitOf(simulation, name).definition.fragmentPath;
      const before = simulation.files.lstat(path, 'root');
      simulation.files.write(path, Buffer.concat([before.data, Buffer.from('# Nice=5 may help\n')]), { user: 'root' });
      return () => simulation.files.put(path, before);
    });
    return () => {
      for (const undo of undos) undo();
      undoUse();
    };
  },
  'services-settings-changed': (simulation) => rewrite(simulation, SETTINGS, (text) => `${text}precision: float16\n`),
  'services-files-missing': (simulation) => {
    const undoUse = useComfyUi(simulation, true);
    const undo = without(simulation, NEEDED);
    return () => {
      undo();
      undoUse();
    };
  },
  'journal-volatile': (simulation) => rewrite(simulation, JOURNALD_CONF, () => '[Journal]\nStorage=volatile\n'),
  'backups-missing': (simulation) => without(simulation, BACKUPS),
  'invokeai-yaml-rewritten': (simulation) =>
    rewrite(
      simulation,
      `${SETTINGS}.bak`,
      () => 'InvokeAI:\n  Web Server:\n    host: 127.0.0.1\n    port: 9090\n  Features:\n    log_tokenization: true\n',
    ),
};

export function unitOf({ units }: Simulation, name: string): LabUnit {
  const unit = units.loaded.find(name);
  if (unit === undefined) throw new Error(`the lab has no ${name}`);
  return unit;
}

/** A unit runs, and its files are older than its start, which InvokeAI's own writing is not. */
export function startLongAgo({ units }: Simulation, unit: LabUnit): void {
  units.startAtOnce(unit);
  unit.stateChangeMs = (unit.stateChangeMs ?? 0) - STARTED_AGO_MS;
}

/** ComfyUI runs beside the others, as after a start by hand; `isEnabled` also with the host. */
export function useComfyUi(simulation: Simulation, isEnabled: boolean): Undo {
  const unit = unitOf(simulation, COMFYUI);
  const wasActive = unit.activeState === 'active';
  if (isEnabled) simulation.units.setEnabled(unit, true);
  if (!wasActive) startLongAgo(simulation, unit);
  return () => {
    const now = unitOf(simulation, COMFYUI);
    if (isEnabled) simulation.units.setEnabled(now, false);
    if (!wasActive) simulation.units.stop(now, () => undefined);
  };
}

/** What systemd counts and logs of restarts. */
function restarted(simulation: Simulation, unit: LabUnit): void {
  const { name } = unit.definition;
  for (let count = 1; count <= RESTARTS; count += 1) {
    unit.nRestarts = count;
    simulation.log({
      message: `${name}: Scheduled restart job, restart counter is at ${count}.`,
      priority: 6,
      identifier: 'systemd',
      pid: 1,
      unit: 'init.scope',
      invocationId: null,
      transport: 'journal',
      fields: { UNIT: name },
    });
  }
}

function rewrite({ files }: Simulation, path: string, edit: (text: string) => string): Undo {
  const before = entryAt({ files }, path);
  files.write(path, Buffer.from(edit(before?.data.toString('utf8') ?? '')), { user: 'root' });
  return () => files.put(path, before);
}

export function without({ files }: Simulation, paths: readonly string[]): Undo {
  const before = paths.map((path) => ({ path, entry: entryAt({ files }, path) }));
  for (const { path } of before) files.put(path, null);
  return () => {
    for (const { path, entry } of before) files.put(path, entry);
  };
}

function entryAt({ files }: Pick<Simulation, 'files'>, path: string): ReturnType<Simulation['files']['lstat']> | null {
  try {
    return files.lstat(path, 'root');
  } catch {
    return null;
  }
}
