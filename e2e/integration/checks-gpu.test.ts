import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GPU_CHECKS } from '../../electron/capabilities/checks/lists/gpu.ts';
import { readGpus } from '../../electron/capabilities/checks/lists/gpu-facts.ts';
import { readHost } from '../../electron/foundation/host-reader/reader.ts';
import type { LabFault } from '../../lab/base/faults.ts';
import { type CheckFault, GPU_CHECK_FAULTS } from './checks-faults.ts';
import { runOnLab } from './checks-lab.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

/** A fault of the GPU as a whole is seen by more than one check. */
const SEEN_BY: Partial<Record<LabFault, readonly string[]>> = {
  'gpu-lost': ['gpu-driver', 'gpu-xid'],
  'gpu-foreign-program-large': ['vram-headroom', 'vram-other-programs'],
};

describe('checks of the GPU in the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;

  beforeAll(async () => {
    host = await openHost('lab');
    panel = openPanel(host);
    await online(panel);
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  const run = async () => [...(await runOnLab(panel, GPU_CHECKS)).values()];

  it('pass where nothing is broken', async () => {
    const results = await run();
    expect(results).toHaveLength(GPU_CHECKS.length);
    const others = results.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict, summary }) => `${id}: ${verdict}: ${summary}`);
    expect(others).toEqual([]);
  });

  const rows = [...GPU_CHECK_FAULTS].sort((a, b) => xidRank(a) - xidRank(b));
  it.each(rows)('$id finds $fault, and no other check does', async ({ id, fault, verdict }) => {
    host.lab?.break(fault);
    try {
      const results = await run();
      const found = results.filter((result) => result.verdict === 'fail' || result.verdict === 'warn');
      expect(found.find((result) => result.id === id)).toMatchObject({ verdict });
      const right = [...(SEEN_BY[fault] ?? [id]), ...(xidRank({ fault }) > 0 ? ['gpu-xid'] : [])];
      expect(found.map((result) => result.id).filter((one) => !right.includes(one))).toEqual([]);
    } finally {
      host.lab?.repair(fault);
    }
  });
});

/** The kernel log keeps what a fault has written, so those that write come last, the worst at the end. */
const xidRank = ({ fault }: Pick<CheckFault, 'fault'>): number => ['gpu-xid-31', 'gpu-lost'].indexOf(fault) + 1;

describe.runIf(HOSTS.includes('real'))('the GPU of the real host', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    host = await openHost('real');
    panel = openPanel(host);
    await online(panel);
  });
  afterAll(async () => {
    panel?.dispose();
    await host?.close();
  });

  it('is read as the checks need it', async () => {
    const read = readGpus(await readHost(panel.connection, ['health', 'pci'], { asRoot: false }));
    expect(read).toMatchObject({ kind: 'read', warnings: [] });
    await host.break('driver-mismatch');
    try {
      expect(readGpus(await readHost(panel.connection, ['health', 'pci'], { asRoot: false }))).toMatchObject({ fault: 'library-mismatch' });
    } finally {
      await host.repair('driver-mismatch');
    }
  });
});
