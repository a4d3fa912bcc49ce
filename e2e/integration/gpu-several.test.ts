import { describe, expect, it } from 'vitest';
import { GPU_CHECKS } from '../../electron/capabilities/checks/lists/gpu.ts';
import { metricOf } from '../../shared/gpu-row.ts';
import { runOnLab } from './checks-lab.ts';
import { until } from './panel.ts';
import { useHost } from './use-host.ts';

describe('a host with four GPUs, the last of which is in MIG mode', () => {
  const { host, panel } = useHost('lab', async ({ host, panel }) => {
    host.lab?.break('four-gpus');
    await until(() => panel.gpu.status().latest.length === 4, 'samples of four GPUs');
  });

  it('is told card by card; a divided card has no load, and says so', () => {
    const { state, gpus, latest, unknown } = panel().gpu.status();
    expect(state.kind).toBe('live');
    expect(gpus.map(({ index, name, migMode, memoryTotalMiB }) => [index, name, migMode, memoryTotalMiB])).toEqual([
      [0, 'NVIDIA RTX 6000 Ada Generation', null, 46_068],
      [1, 'NVIDIA L40S', null, 46_068],
      [2, 'NVIDIA RTX 6000 Ada Generation', null, 46_068],
      [3, 'NVIDIA H100 PCIe', 'Enabled', 81_559],
    ]);
    expect(new Set(gpus.map(({ uuid }) => uuid)).size).toBe(4);
    const divided = latest.find(({ gpuUuid }) => gpuUuid === gpus[3]?.uuid)?.rows ?? null;
    expect(metricOf(divided, 'utilizationGpuPercent')).toBeNaN();
    expect(unknown[`${gpus[3]?.uuid}/utilizationGpuPercent`]).toBe('absent');
    expect(metricOf(divided, 'memoryUsedMiB')).toBeGreaterThan(20_000);
  });

  it('has its processes on their cards, also those on an instance of the divided one', async () => {
    const { gpus } = panel().gpu.status();
    const onCard = (index: number) =>
      panel()
        .gpu.status()
        .processes.filter(({ gpuUuid }) => gpuUuid === gpus[index]?.uuid);
    await until(() => onCard(3).length > 0, 'the process on an instance');
    expect(onCard(3)).toMatchObject([{ processName: '/home/kim/venv/bin/python3', memoryUsedMiB: 21_870, unit: null }]);
    expect(onCard(1)).toMatchObject([{ processName: '/opt/vllm/bin/python' }]);
    expect(onCard(2)).toEqual([]);
    await until(() => panel().gpu.status().health.length === 4, 'the health of four GPUs');
  });

  it('passes the checks of the GPU, and is told of the programs of others', async () => {
    const results = await runOnLab(panel(), GPU_CHECKS);
    expect(results.size).toBe(GPU_CHECKS.length);
    expect([...results.values()].filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown')).toEqual([]);
    expect(results.get('vram-other-programs')).toMatchObject({ verdict: 'warn', summary: expect.stringContaining('vllm') });
  });

  it('may lose and get its cards while it is watched', async () => {
    host().lab?.repair('four-gpus');
    await until(() => panel().gpu.status().gpus.length === 1, 'one GPU');
    await until(() => panel().gpu.status().state.kind === 'live', 'live samples');
    expect(panel().gpu.status().latest).toHaveLength(1);
    host().lab?.break('four-gpus');
    await until(() => panel().gpu.status().gpus.length === 4, 'four GPUs again');
    await until(() => panel().gpu.status().latest.length === 4, 'samples of four GPUs');
  });
});
