import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGpuIncidentFinder } from '../../electron/capabilities/incidents/gpu-incidents.ts';
import { eachRow } from '../../electron/capabilities/incidents/readings.ts';
import { INCIDENT_RULES } from '../../electron/capabilities/incidents/rules.ts';
import { GPU_UUID } from '../../lab/base/gpu.ts';
import { Simulation } from '../../lab/host/simulation.ts';
import type { Incident, IncidentKind } from '../../shared/capabilities/incidents/contract.ts';
import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { columnOf } from '../../shared/gpu-row.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

describe('incidents of the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  let beginMs = 0;

  beforeAll(async () => {
    host = await openHost('lab');
    panel = openPanel(host);
    await online(panel);
    await panel.services.refresh();
    beginMs = Date.now() - 60_000;
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  const find = (kind: IncidentKind, accept: (incident: Incident) => boolean = () => true): Promise<Incident> =>
    until(async () => (await panel.incidents.between(beginMs, Date.now())).find((one) => one.kind === kind && accept(one)) ?? null, kind);

  it('are heat and the power brake, which begin, go on and end', async () => {
    host.lab?.break('gpu-throttled-thermal');
    const thermal = await find('thermal');
    expect(thermal).toMatchObject({ severity: 'critical', endMs: null, gpuUuid: GPU_UUID });
    host.lab?.repair('gpu-throttled-thermal');
    host.lab?.break('gpu-throttled-power');
    expect(await find('throttling')).toMatchObject({ severity: 'critical', summary: expect.stringContaining('Power brake') });
    host.lab?.repair('gpu-throttled-power');
  });

  it('are GPU errors of the kernel, with the card', async () => {
    host.lab?.break('gpu-xid-31');
    host.lab?.repair('gpu-xid-31');
    expect(await find('xid')).toMatchObject({ gpuUuid: GPU_UUID, severity: 'warning', evidence: [expect.stringContaining('MMU Fault')] });
  });

  it('are images that ran out of VRAM, which stay known when the log is gone', async () => {
    const lines = [
      '[2026-11-22 21:00:00,000]::[InvokeAI]::ERROR --> Error while invoking session 1: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 44.99 GiB',
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.',
    ];
    for (const message of lines)
      host.lab?.simulation.log({
        message,
        priority: 6,
        identifier: 'invokeai-web',
        pid: 4242,
        unit: 'invokeai.service',
        invocationId: null,
        transport: 'stdout',
      });
    const failure = await find('out-of-memory');
    expect(failure).toMatchObject({ unit: 'invokeai.service', who: 'invokeai', gpuUuid: GPU_UUID, summary: 'invokeai ran out of VRAM' });
    await panel.incidents.watch.poll();
    host.lab?.break('journal-vacuumed');
    panel.connection.disconnect();
    const { incidents, unread } = await panel.incidents.list(beginMs, Date.now());
    expect(unread).toHaveLength(1);
    expect(incidents.filter(({ kind }) => kind === 'out-of-memory')).toMatchObject([{ unit: 'invokeai.service' }]);
  });
});

describe('a leak of the lab', () => {
  const START_MS = 1_795_000_000_000;
  const leaksOf = (isBroken: boolean) => {
    const simulation = new Simulation({ seed: 3, nowMs: START_MS, historyMs: 60_000 });
    if (isBroken) simulation.faults.add('vram-leak');
    const finder = createGpuIncidentFinder(GPU_UUID, { ...INCIDENT_RULES, restMs: 5_000 });
    for (let second = 1; second <= 1_800; second += 1) {
      simulation.advanceTo(START_MS + second * 1000);
      const { memoryUsedMiB, utilizationGpuPercent, temperatureC, throttleBits } = simulation.gpu.read();
      const row = new Float64Array(GPU_ROW_WIDTH).fill(Number.NaN);
      row[0] = START_MS + second * 1000;
      row[columnOf('memoryUsedMiB')] = memoryUsedMiB;
      row[columnOf('utilizationGpuPercent')] = utilizationGpuPercent;
      row[columnOf('temperatureC')] = temperatureC;
      row[columnOf('throttleBits')] = throttleBits;
      eachRow(row, finder.take);
    }
    return finder.found([], START_MS + 1_800_000).filter(({ kind }) => kind === 'vram-leak');
  };
  it('is seen where there is one, and not where there is none', () => {
    expect(leaksOf(true).length).toBeGreaterThan(0);
    expect(leaksOf(false)).toEqual([]);
  });
});
