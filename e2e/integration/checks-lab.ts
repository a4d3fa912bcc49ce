import type { Check } from '../../electron/capabilities/checks/check.ts';
import { createOpenSources, LAB_ADDRESS } from '../../electron/capabilities/checks/open-sources.ts';
import { type FreshResult, runChecks } from '../../electron/capabilities/checks/run-checks.ts';
import type { Lab } from '../../lab/lab.ts';
import { type PanelUnderTest, until } from './panel.ts';

type Results = ReadonlyMap<string, FreshResult>;

/** Runs checks against the lab as the Checks page does; returns their results by id. */
export const runOnLab = (panel: PanelUnderTest, checks: readonly Check[]): Promise<Results> => runOn(panel, checks, LAB_ADDRESS);

/** The same against a host with an address in the network. */
export const runOnHost = (panel: PanelUnderTest, checks: readonly Check[]): Promise<Results> => runOn(panel, checks, null);

async function runOn(panel: PanelUnderTest, checks: readonly Check[], labAddress: string | null): Promise<Results> {
  const results = new Map<string, FreshResult>();
  const { signal } = new AbortController();
  const openSources = createOpenSources({
    profile: panel.profile,
    labAddress,
    transport: panel.connection,
    backends: panel.backends,
    gateway: panel.gateway,
    connectionTo: () => null,
    now: Date.now,
  });
  const { sources, read, close } = openSources(checks, signal);
  try {
    await runChecks(checks, sources, {
      read,
      signal,
      now: Date.now,
      onStart: () => {},
      onResult: (result) => void results.set(result.id, result),
    });
  } finally {
    close();
  }
  return results;
}

const PORTS = {
  'invokeai.service': 'invokeai-down',
  'invokeai-openai-images-shim.service': 'shim-down',
  'nginx.service': 'nginx-down',
  'comfyui.service': 'comfyui-down',
} as const;

/** Resolves once every service of the lab that runs listens, unless a fault keeps it from it, and no other one does. */
export async function portsSettled({ simulation }: Lab): Promise<void> {
  const isSettled = (): boolean =>
    Object.entries(PORTS).every(([name, down]) => {
      const isActive = simulation.units.units.get(name)?.activeState === 'active';
      return simulation.listening.some(({ unit }) => unit === name) === (isActive && !simulation.faults.has(down));
    });
  await until(isSettled, 'the ports of the lab');
}
