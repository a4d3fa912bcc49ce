import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKUPS_CHECKS } from '../../electron/capabilities/checks/lists/backups.ts';
import { HOST_CHECKS } from '../../electron/capabilities/checks/lists/host.ts';
import { SERVICES_CHECKS } from '../../electron/capabilities/checks/lists/services.ts';
import type { FreshResult } from '../../electron/capabilities/checks/run-checks.ts';
import type { LabFault } from '../../lab/base/faults.ts';
import { HOST_CHECK_FAULTS, SERVICES_CHECK_FAULTS } from './checks-faults.ts';
import { portsSettled, runOnLab } from './checks-lab.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

const CHECKS = [...HOST_CHECKS, ...BACKUPS_CHECKS, ...SERVICES_CHECKS];
const ROWS = [...HOST_CHECK_FAULTS, ...SERVICES_CHECK_FAULTS];
const FAULTS = [...new Set(ROWS.map(({ fault }) => fault))];

/** A fault that more checks find than its rows name, for each is another fact. */
const SEEN_TOO: Partial<Record<LabFault, readonly string[]>> = {
  'services-failed': SERVICES_CHECKS.filter(({ id }) => id.endsWith('-stable')).map(({ id }) => id),
  'ports-exposed': ['service-shim-listening'],
};

const isBad = ({ verdict }: FreshResult): boolean => verdict === 'fail' || verdict === 'warn';
const described = (results: Iterable<FreshResult>): readonly string[] =>
  [...results].map(({ id, verdict, summary }) => `${id}: ${verdict}: ${summary}`);

describe('checks of the host and its services in the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    host = await openHost('lab');
    panel = openPanel(host);
    await online(panel);
  });
  afterAll(async () => {
    panel?.dispose();
    await host?.close();
  });

  it('pass where nothing is broken, those of ComfyUI once it is in use', async () => {
    const results = [...(await runOnLab(panel, CHECKS)).values()];
    expect(results).toHaveLength(CHECKS.length);
    const others = results.filter(({ id, verdict }) => verdict !== (id.startsWith('service-comfyui-') ? 'skipped' : 'pass'));
    expect(described(others)).toEqual([]);
  });

  it('each have a state of the lab in which they find something', () => {
    const found = new Set(ROWS.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id));
    expect(CHECKS.filter(({ id }) => !found.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it.each(FAULTS)('%s is found by the checks that name it, and by no other', async (fault) => {
    const rows = ROWS.filter((row) => row.fault === fault);
    const { lab } = host;
    if (lab === null) throw new Error('no lab');
    lab.break(fault);
    await portsSettled(lab);
    try {
      const results = await runOnLab(panel, CHECKS);
      const found = rows.map(({ id }) => [id, results.get(id)?.verdict, results.get(id)?.summary]);
      expect(found).toEqual(rows.map(({ id, verdict }) => [id, verdict, results.get(id)?.summary]));
      const right = new Set([...rows.map(({ id }) => id), ...(SEEN_TOO[fault] ?? []), ...LASTING]);
      expect(described([...results.values()].filter((result) => isBad(result) && !right.has(result.id)))).toEqual([]);
    } finally {
      lab.repair(fault);
    }
    await portsSettled(lab);
    if (LASTING_FAULTS[fault] !== undefined) LASTING.push(...LASTING_FAULTS[fault]);
  });
});

/** What the journal keeps of a fault after its repair. */
const LASTING_FAULTS: Partial<Record<LabFault, readonly string[]>> = {
  'kernel-oom-kill': ['oom-kills'],
  'kernel-disk-errors': ['disk-errors'],
};
const LASTING: string[] = [];
