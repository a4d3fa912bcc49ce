import type { LabFault } from '../base/faults.ts';
import { isLoggedFault, LOGGED_FAULTS } from '../base/logged-faults.ts';
import { INVOKEAI, invokeLine, NGINX, SHIM } from '../systemd/unit-definitions.ts';
import { enqueue } from './backend-faults.ts';
import { startLongAgo, unitOf } from './service-faults.ts';
import type { Simulation } from './simulation.ts';

type Start = (simulation: Simulation) => () => void;

/** Prints what a fault of the table logs; false = it is none of them. */
export function printLogged(fault: LabFault, { units }: Simulation): boolean {
  if (!isLoggedFault(fault)) return false;
  const { unit, lines } = LOGGED_FAULTS[fault];
  const printing = units.units.get(unit);
  if (printing !== undefined) for (const line of lines) units.print(printing, line);
  return true;
}

/** A unit is restarted into a failure, and after the repair it runs as before, with what needs it. */
export function failStart(simulation: Simulation, name: string): () => void {
  simulation.units.restart(unitOf(simulation, name), () => undefined);
  return () => startAgain(simulation, name);
}

function startAgain(simulation: Simulation, name: string): void {
  for (const one of name === INVOKEAI ? [INVOKEAI, SHIM] : [name]) {
    const unit = unitOf(simulation, one);
    simulation.units.resetFailed(unit);
    if (unit.activeState !== 'active') startLongAgo(simulation, unit);
  }
}

function stopped(simulation: Simulation, name: string): () => void {
  simulation.units.stop(unitOf(simulation, name), () => undefined);
  return () => startAgain(simulation, name);
}

function notInstalled(simulation: Simulation, name: string): () => void {
  const { files, units } = simulation;
  const unit = unitOf(simulation, name);
  const path = unit.definition.fragmentPath;
  const before = files.lstat(path, 'root');
  files.put(path, null);
  units.stop(unit, () => units.reload());
  return () => {
    files.put(path, before);
    units.reload();
    startAgain(simulation, name);
  };
}

/** Faults that only the diagnosis looks for; each returns what takes it back. */
export const CAUSE_STARTS: Partial<Record<LabFault, Start>> = {
  'invokeai-not-installed': (simulation) => notInstalled(simulation, INVOKEAI),
  'shim-not-installed': (simulation) => notInstalled(simulation, SHIM),
  'nginx-not-installed': (simulation) => notInstalled(simulation, NGINX),
  'invokeai-masked': (simulation) => stopped(simulation, INVOKEAI),
  'invokeai-port-moved': (simulation) => {
    const unit = unitOf(simulation, INVOKEAI);
    const ready = (port: number): void =>
      simulation.units.print(unit, invokeLine('INFO', `Invoke running on http://127.0.0.1:${port} (Press CTRL+C to quit)`));
    simulation.units.print(unit, invokeLine('WARNING', 'Port 9090 is already in use. Using port 9093.'));
    ready(9093);
    return () => ready(9090);
  },
  'queue-worker-dead': (simulation) => {
    const { invokeai, units } = simulation;
    invokeai.queue.cancelMany(() => true);
    enqueue(simulation, 2);
    const line = invokeLine('ERROR', 'Fatal Error in session processor (OperationalError): disk I/O error');
    units.print(unitOf(simulation, INVOKEAI), line);
    return () => void invokeai.queue.cancelMany(() => true);
  },
  'queue-long': (simulation) => {
    enqueue(simulation, 8);
    return () => void simulation.invokeai.queue.cancelMany(() => true);
  },
};
