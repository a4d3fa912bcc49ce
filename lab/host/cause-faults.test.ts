import { describe, expect, it } from 'vitest';
import { CAUSE_FAULTS } from '../base/cause-faults.ts';
import { isEvent, type LabFault } from '../base/faults.ts';
import { FAILED_STARTS, isFailedStart, isLoggedFault, LOGGED_FAULTS, TABLE_FAULTS } from '../base/logged-faults.ts';
import { INVOKEAI, NGINX, SHIM } from '../systemd/unit-definitions.ts';
import { startFileFault } from './file-faults.ts';
import { GATEWAY_BACKENDS, GATEWAY_DEPLOYED, GATEWAY_ENV } from './gateway-files.ts';
import { Simulation } from './simulation.ts';

const START_MS = 1_795_000_000_000;
const CHAIN = [INVOKEAI, SHIM, NGINX];
const FILES = [...CHAIN.map((name) => `/etc/systemd/system/${name}`), GATEWAY_BACKENDS, GATEWAY_DEPLOYED, GATEWAY_ENV];
const CERTIFICATES = { own: '', endsSoon: '' };

function world(): { readonly simulation: Simulation; live(ms: number): void; messages(): readonly string[] } {
  const simulation = new Simulation({ seed: 5, nowMs: START_MS, historyMs: 60_000 });
  simulation.faults.add('nobody-else');
  const before = simulation.journal.records.length;
  let now = START_MS;
  return {
    simulation,
    live: (ms) => {
      now += ms;
      simulation.advanceTo(now);
    },
    messages: () => simulation.journal.records.slice(before).map(({ message }) => message),
  };
}

const textOf = (simulation: Simulation, path: string): string | null => {
  try {
    return simulation.files.read(path, 'root').toString('utf8');
  } catch {
    return null;
  }
};
const stateOf = (simulation: Simulation) => ({
  units: CHAIN.map((name) => [name, simulation.units.units.get(name)?.activeState]),
  files: FILES.map((path) => textOf(simulation, path)),
  servers: simulation.nginx?.text,
  pending: simulation.invokeai.queue.pending().length,
});

describe('causes of the lab', () => {
  it.each([...CAUSE_FAULTS, ...TABLE_FAULTS])('%s is taken back', (fault: LabFault) => {
    const { simulation, live } = world();
    const before = stateOf(simulation);
    if (!isEvent(fault)) simulation.faults.add(fault);
    simulation.onFault(fault);
    const undo = startFileFault(fault, simulation, CERTIFICATES);
    live(3_000);
    undo?.();
    simulation.faults.delete(fault);
    live(8_000);
    expect(stateOf(simulation)).toEqual(before);
  });

  it.each(Object.keys(FAILED_STARTS).filter(isFailedStart))('%s prints why, and fails again', (fault) => {
    const { unit, status, lines } = FAILED_STARTS[fault];
    const { simulation, live, messages } = world();
    simulation.faults.add(fault);
    startFileFault(fault, simulation, CERTIFICATES);
    live(3_000);
    const failing = simulation.units.units.get(unit);
    expect(failing).toMatchObject({ activeState: 'failed', execMainStatus: status, result: 'exit-code' });
    for (const line of lines) expect(messages().join('\n')).toContain(line.replace(/^\[\{time\}\]/, ''));
    if (failing === undefined) return;
    let result = '';
    simulation.units.start(failing, (ended) => {
      result = ended;
    });
    live(3_000);
    expect([result, failing.activeState]).toEqual([failing.definition.type === 'simple' ? 'done' : 'failed', 'failed']);
  });

  it.each(Object.keys(LOGGED_FAULTS).filter(isLoggedFault))('%s is a moment of the log', (fault) => {
    const { simulation, messages } = world();
    expect(isEvent(fault)).toBe(true);
    expect(startFileFault(fault, simulation, CERTIFICATES)).toBeNull();
    for (const line of LOGGED_FAULTS[fault].lines) expect(messages().join('\n')).toContain(line.replace(/^\[\{time\}\]/, ''));
  });
});
