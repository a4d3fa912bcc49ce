import { describe, expect, it } from 'vitest';
import type { Check } from '../../electron/capabilities/checks/check.ts';
import { createOpenSources, LAB_ADDRESS } from '../../electron/capabilities/checks/open-sources.ts';
import { type FreshResult, runChecks } from '../../electron/capabilities/checks/run-checks.ts';
import type { LabFault } from '../../lab/base/faults.ts';
import type { Lab } from '../../lab/lab.ts';
import type { CheckFault } from './checks-faults.ts';
import { type PanelUnderTest, until } from './panel.ts';
import { useHost } from './use-host.ts';

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

export const isBad = ({ verdict }: FreshResult): boolean => verdict === 'fail' || verdict === 'warn';
export const described = (results: Iterable<FreshResult>): readonly string[] =>
  [...results].map(({ id, verdict, summary }) => `${id}: ${verdict}: ${summary}`);

/** Tests on a lab that these checks pass where nothing is broken, and that each fault is found by those that its rows name, and by no other. */
export function describeInLab(
  name: string,
  o: {
    readonly checks: readonly Check[];
    readonly rows: readonly CheckFault[];
    /** Those that the healthy lab has no use for. */
    readonly isSkipped?: (id: string) => boolean;
    /** A fault that more checks find than its rows name, for each is another fact. */
    readonly seenToo?: Partial<Record<LabFault, readonly string[]>>;
    /** Faults that leave something behind for these checks; they come last, in this order. */
    readonly lasting?: Partial<Record<LabFault, readonly string[]>>;
  },
): void {
  const { checks, rows, isSkipped = () => false, seenToo = {}, lasting = {} } = o;
  const last = Object.keys(lasting);
  // In the order of the last row of each: what a row needs of the one before it, as an images shim that began anew, is there for all of its fault.
  const inOrder = [...new Set(rows.toReversed().map(({ fault }) => fault))].reverse();
  const faults = inOrder.toSorted((a, b) => last.indexOf(a) - last.indexOf(b));

  describe(name, () => {
    const { host, panel } = useHost('lab');
    const left: string[] = [];

    it('pass where nothing is broken', async () => {
      const results = [...(await runOnLab(panel(), checks)).values()];
      expect(results).toHaveLength(checks.length);
      const others = results.filter(({ id, verdict }) => verdict !== (isSkipped(id) ? 'skipped' : 'pass'));
      expect(described(others)).toEqual([]);
    });

    it.each(faults)('%s is found by the checks that name it, and by no other', async (fault) => {
      const named = rows.filter((row) => row.fault === fault);
      const { lab } = host();
      if (lab === null) throw new Error('no lab');
      lab.break(fault);
      await portsSettled(lab);
      try {
        const results = await runOnLab(panel(), checks);
        const found = named.map(({ id }) => [id, results.get(id)?.verdict, results.get(id)?.summary]);
        expect(found).toEqual(named.map(({ id, verdict }) => [id, verdict, results.get(id)?.summary]));
        const right = new Set([...named.map(({ id }) => id), ...(seenToo[fault] ?? []), ...left]);
        expect(described([...results.values()].filter((result) => isBad(result) && !right.has(result.id)))).toEqual([]);
      } finally {
        lab.repair(fault);
      }
      await portsSettled(lab);
      left.push(...(lasting[fault] ?? []));
    });
  });
}
