import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPOSURE_CHECKS } from '../../electron/capabilities/checks/lists/exposure.ts';
import { GATEWAY_CHECKS } from '../../electron/capabilities/checks/lists/gateway.ts';
import { GATEWAY_MACHINE_CHECKS } from '../../electron/capabilities/checks/lists/gateway-machine.ts';
import { IMAGES_CHECKS } from '../../electron/capabilities/checks/lists/images.ts';
import { PROXY_CHECKS } from '../../electron/capabilities/checks/lists/proxy.ts';
import { EXPOSURE_CHECK_FAULTS, GATEWAY_CHECK_FAULTS, PROXY_CHECK_FAULTS } from './checks-faults.ts';
import { runOnLab } from './checks-lab.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

const ROWS = [...PROXY_CHECK_FAULTS, ...GATEWAY_CHECK_FAULTS, ...EXPOSURE_CHECK_FAULTS];
const FAULTS = [...new Set(ROWS.map(({ fault }) => fault))];
/** Of no use in the lab, whose nginx serves no TLS and whose gateway asks no AUTOMATIC1111. */
const NOT_HERE = ['proxy_certificate', 'pytest', 'a1111', 'ui_image'];
const CHECKS = [...PROXY_CHECKS, ...GATEWAY_CHECKS, ...GATEWAY_MACHINE_CHECKS, ...IMAGES_CHECKS, ...EXPOSURE_CHECKS];

describe('checks of proxy, gateway and exposure in the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;

  beforeAll(async () => {
    host = await openHost('lab');
    panel = openPanel(host);
    await online(panel);
    host.lab?.break('nobody-else');
    host.lab?.break('images-take-1-s');
    await host.lab?.gateway.sweep();
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  it('pass where nothing is broken', async () => {
    const results = [...(await runOnLab(panel, CHECKS)).values()];
    expect(results).toHaveLength(CHECKS.length);
    const others = results
      .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skipped')
      .map(({ id, verdict, summary }) => `${id}: ${verdict}: ${summary}`);
    expect(others).toEqual([]);
    expect(
      results
        .filter(({ verdict }) => verdict === 'skipped')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...NOT_HERE].sort());
  });

  it.each(FAULTS)('with %s', async (fault) => {
    const rows = ROWS.filter((row) => row.fault === fault);
    host.lab?.break(fault);
    await host.lab?.gateway.sweep();
    const results = await runOnLab(
      panel,
      CHECKS.filter(({ id }) => rows.some((row) => row.id === id)),
    );
    host.lab?.repair(fault);
    await host.lab?.gateway.sweep();
    const found = rows.map(({ id }) => [id, results.get(id)?.verdict, results.get(id)?.summary]);
    expect(found).toEqual(rows.map(({ id, verdict }) => [id, verdict, expect.any(String)]));
  });
});
