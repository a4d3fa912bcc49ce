import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GPU_CHECKS } from '../../electron/capabilities/checks/lists/gpu.ts';
import { readGpus } from '../../electron/capabilities/checks/lists/gpu-facts.ts';
import { readHost } from '../../electron/foundation/host-reader/reader.ts';
import { GPU_CHECK_FAULTS } from './checks-faults.ts';
import { describeInLab } from './checks-lab.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

describeInLab('checks of the GPU in the lab', {
  checks: GPU_CHECKS,
  rows: GPU_CHECK_FAULTS,
  // A fault of the GPU as a whole is seen by more than one check.
  seenToo: {
    'gpu-lost': ['gpu-driver', 'gpu-xid'],
    'gpu-foreign-program-large': ['vram-headroom', 'vram-other-programs'],
  },
  // The kernel log keeps what a fault has written, the worst at the end.
  lasting: { 'gpu-xid-31': ['gpu-xid'], 'gpu-lost': ['gpu-xid'] },
});

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
