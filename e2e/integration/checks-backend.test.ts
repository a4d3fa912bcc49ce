import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKEND_CHECKS } from '../../electron/capabilities/checks/lists/backend.ts';
import type { LabFault } from '../../lab/base/faults.ts';
import { BACKEND_CHECK_FAULTS } from './checks-faults.ts';
import { runOnLab } from './checks-lab.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

/** Those that a host has a use for only in a state of their own. */
const SKIPPED = [
  'comfyui-api',
  'comfyui-device',
  'comfyui-queue',
  'comfyui-models',
  'shim-template',
  'shim-last-image',
  'shim-failed-graphs',
];
/** What else a fault breaks: the images shim passes on what its backend lacks. */
const SEEN_BY: Partial<Record<LabFault, readonly string[]>> = {
  'invokeai-down': ['invokeai-api', 'shim-ready', 'shim-models'],
  'invokeai-multiuser': ['invokeai-login', 'shim-ready', 'shim-models'],
  'invokeai-without-models': ['invokeai-models', 'shim-ready', 'shim-models', 'shim-presets', 'shim-default-model'],
  'missing-model': ['invokeai-model-files', 'shim-ready', 'shim-models', 'shim-presets', 'shim-default-model'],
  'invokeai-cpu-only': ['invokeai-device', 'shim-ready'],
  'queue-paused': ['invokeai-queue', 'shim-ready'],
  'invokeai-malformed-json': ['shim-ready', 'shim-models'],
  'shim-down': ['shim-api'],
  'shim-stub-mode': ['shim-mode', 'shim-ready', 'shim-models', 'shim-presets', 'shim-default-model'],
  'shim-python': ['shim-build'],
  'shim-python-guidance': ['shim-build', 'shim-guidance'],
  'shim-python-template': ['shim-build', 'shim-template'],
  'shim-failed-graphs': ['shim-build', 'shim-failed-graphs'],
};

describe('checks of InvokeAI, ComfyUI and the images shim in the lab', () => {
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

  const run = async () => [...(await runOnLab(panel, BACKEND_CHECKS)).values()];

  it('pass where nothing is broken', async () => {
    const results = await run();
    expect(results).toHaveLength(BACKEND_CHECKS.length);
    const others = results.filter(({ id, verdict }) => verdict !== (SKIPPED.includes(id) ? 'skipped' : 'pass'));
    expect(others.map(({ id, verdict, summary }) => `${id}: ${verdict}: ${summary}`)).toEqual([]);
  });

  // What a failed job leaves in the queue stays, so it comes last.
  const rows = [...BACKEND_CHECK_FAULTS].sort((a, b) => Number(leaves(a.fault)) - Number(leaves(b.fault)));
  it.each(rows)('$id finds $fault ($verdict), and no other check does', async ({ id, fault, verdict }) => {
    host.lab?.break(fault);
    try {
      const results = await run();
      expect(results.find((result) => result.id === id)).toMatchObject({ verdict });
      const found = results.filter((result) => result.verdict === 'fail' || result.verdict === 'warn');
      const right = SEEN_BY[fault] ?? [id];
      expect(found.map((result) => `${result.id}: ${result.summary}`).filter((line) => !right.includes(line.split(':')[0] ?? ''))).toEqual(
        [],
      );
    } finally {
      host.lab?.repair(fault);
    }
  });
});

const leaves = (fault: LabFault): boolean => fault === 'invokeai-jobs-failed';
