import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPOSURE_CHECKS } from '../../electron/capabilities/checks/lists/exposure.ts';
import { GATEWAY_CHECKS } from '../../electron/capabilities/checks/lists/gateway.ts';
import { GATEWAY_MACHINE_CHECKS } from '../../electron/capabilities/checks/lists/gateway-machine.ts';
import { IMAGES_CHECKS } from '../../electron/capabilities/checks/lists/images.ts';
import { PROXY_CHECKS } from '../../electron/capabilities/checks/lists/proxy.ts';
import { runOnLab } from './checks-lab.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

const CHECKS = [...PROXY_CHECKS, ...GATEWAY_CHECKS, ...GATEWAY_MACHINE_CHECKS, ...IMAGES_CHECKS, ...EXPOSURE_CHECKS];

describe('checks of proxy, gateway and exposure in the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;

  beforeAll(async () => {
    host = await openHost('lab');
    panel = openPanel(host);
    await online(panel);
    await host.lab?.gateway.sweep();
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  it('pass where nothing is broken', async () => {
    const results = [...(await runOnLab(panel, CHECKS)).values()];
    expect(results).toHaveLength(CHECKS.length);
    const others = results.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict, summary }) => `${id}: ${verdict}: ${summary}`);
    expect(others).toEqual([]);
  });
});
