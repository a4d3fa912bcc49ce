import { describe, expect, it } from 'vitest';
import type { GpuFault } from '../../shared/capabilities/gpu/contract.ts';
import { HOSTS } from './hosts.ts';
import { openPanel, until } from './panel.ts';
import type { SharedFault } from './real-faults.ts';
import { useHost } from './use-host.ts';

describe.each(HOSTS)('the GPU of the %s', (kind) => {
  const { host, panel } = useHost(kind);
  const live = () => until(() => panel().gpu.status().state.kind === 'live', 'live samples');

  it('streams samples every second, with what the card is', async () => {
    await live();
    const uuid = await until(() => panel().gpu.status().gpus[0]?.uuid, 'the identity of the GPU');
    const arrivals: number[] = [];
    const stop = panel().gpu.onSamples((batches) => {
      for (const batch of batches) if (batch.gpuUuid === uuid) arrivals.push(batch.rows[0] ?? 0);
    });
    await until(() => arrivals.length >= 4, 'four samples');
    stop();
    for (let i = 1; i < arrivals.length; i += 1) {
      const gapMs = (arrivals[i] ?? 0) - (arrivals[i - 1] ?? 0);
      expect(gapMs).toBeGreaterThan(300);
      expect(gapMs).toBeLessThan(2500);
    }
    expect(panel().gpu.status().gpus[0]).toMatchObject({
      name: 'NVIDIA RTX 6000 Ada Generation',
      memoryTotalMiB: 46068,
      eccMode: 'Enabled',
    });
  });

  it('says which unit holds the memory', async () => {
    const process = await until(
      () =>
        panel()
          .gpu.status()
          .processes.find((held) => held.unit === 'invokeai.service'),
      'the process of invokeai',
    );
    expect(process.pid).toBeGreaterThan(1);
    expect(process.memoryUsedMiB).toBeGreaterThan(0);
    expect(process.user).not.toBeNull();
    expect(process.command).not.toBeNull();
  });

  it.each<readonly [SharedFault, GpuFault]>([
    ['nvidia-smi-missing', 'not-installed'],
    ['driver-mismatch', 'library-mismatch'],
    ['gpu-lost', 'gpu-lost'],
    ['nvidia-smi-hanging', 'hanging'],
  ])('%s is told as %s, with a remedy, and heals by itself', async (fault, expected) => {
    await live();
    await host().break(fault);
    // A fault that only a new start of nvidia-smi meets shows when the stream is begun again.
    if (host().kind === 'lab' && (fault === 'nvidia-smi-missing' || fault === 'nvidia-smi-hanging')) await host().break('sshd-killed');
    try {
      const state = await until(
        () => {
          const { state } = panel().gpu.status();
          return state.kind === 'fault' && state.fault === expected ? state : null;
        },
        `the state ${expected}; now ${JSON.stringify(panel().gpu.status().state)}`,
      );
      expect(state.error.hint.length).toBeGreaterThan(10);
    } finally {
      await host().repair(fault);
    }
    panel().gpu.retry();
    await live();
  });

  it('reads an nvidia-smi that exits with a warning after its rows', async () => {
    await live();
    await host().break('nvidia-smi-inforom');
    const other = openPanel(host());
    try {
      await until(() => other.gpu.status().state.kind === 'live', 'live samples');
      await until(() => other.gpu.status().processesAt, 'the processes');
      await until(() => other.gpu.status().health.length > 0, 'the health');
      expect(other.gpu.status().gpus).toHaveLength(1);
      expect(other.gpu.status().warnings).toMatchObject([{ code: 'gpu-inforom-corrupted' }]);
    } finally {
      other.dispose();
      await host().repair('nvidia-smi-inforom');
    }
  });

  it('says whether the kernel log was read', async () => {
    // A container has no kernel messages in its journal, so that nothing is known there.
    const expected = kind === 'lab' ? 'read' : 'empty';
    await until(() => panel().gpu.status().kernelLog === expected, `the kernel log to be ${expected}`);
  });

  it('counts garbage in the stream, and draws its readings as old', async () => {
    await live();
    const before = panel().gpu.status().badLines;
    await host().break('nvidia-smi-garbage');
    try {
      await until(async () => {
        if (panel().gpu.status().badLines > before) return true;
        if (panel().gpu.status().state.kind === 'fault') {
          // The stream was beginning anew, and its first query met the garbage.
          await host().repair('nvidia-smi-garbage');
          await live();
          await host().break('nvidia-smi-garbage');
        }
        return false;
      }, 'the bad lines to be counted');
      await until(() => panel().gpu.status().state.kind !== 'live', 'the readings to be old');
    } finally {
      await host().repair('nvidia-smi-garbage');
    }
    await live();
  });
});
