import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostUnderTest, openHost } from '../e2e/integration/hosts.ts';
import { openPanel, until } from '../e2e/integration/panel.ts';
import { createGpuSampler } from '../electron/capabilities/gpu/sampler.ts';
import { openHistory } from '../electron/capabilities/history/store.ts';
import { openLastKnown } from '../electron/foundation/files/last-known.ts';
import { silentLogger } from '../electron/foundation/log/log.ts';
import { noRealHost, openConnection, pause, sshCommand } from './real-peer.ts';
import type { Bench } from './result.ts';

const SAMPLES = 60;

/**
 * CPU that all processes of the host have used, ms: utime, stime and those of children that ended (fields 14 to 17 of
 * /proc/PID/stat, in ticks of 10 ms; see proc(5)). What ended is counted with whoever waited for it.
 */
function cpuMs(host: HostUnderTest): number {
  const stats = host.real?.run('sh', '-c', 'cat /proc/[0-9]*/stat 2>/dev/null || true') ?? '';
  let ticks = 0;
  for (const line of stats.split('\n')) {
    const cells = line.slice(line.lastIndexOf(')') + 2).split(' ');
    if (cells.length > 14) for (const at of [11, 12, 13, 14]) ticks += Number(cells[at]);
  }
  return ticks * 10;
}

/** CPU of the host a second, ms, while `work` runs for as many seconds as samples are wanted. */
async function during(host: HostUnderTest, work: () => Promise<void>): Promise<number> {
  const before = cpuMs(host);
  const startedAt = Date.now();
  await work();
  return (cpuMs(host) - before) / ((Date.now() - startedAt) / 1000);
}

/** A new connection and a new nvidia-smi every second, whether or not the last one has ended. */
async function poll(host: HostUnderTest): Promise<void> {
  const [program = 'ssh', ...args] = sshCommand(host);
  const runs: Promise<void>[] = [];
  for (let i = 0; i < SAMPLES; i += 1) {
    const child = spawn(program, [...args, 'nvidia-smi --query-gpu=memory.used,utilization.gpu --format=csv,noheader'], {
      stdio: 'ignore',
    });
    runs.push(new Promise((resolve) => child.once('exit', () => resolve())));
    await pause(1000);
  }
  await Promise.all(runs);
}

/** The samples alone: what the GPU room asks of the host, without services and journal. */
async function sample(host: HostUnderTest, idle: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-bench-'));
  const connection = openConnection(host);
  const history = openHistory({ file: join(folder, 'history.sqlite'), keepDays: () => 14, log: silentLogger });
  const lastKnown = openLastKnown({ file: join(folder, 'last-known.json'), log: silentLogger });
  const sampler = createGpuSampler({ transport: connection, hostId: host.profile.id, history, lastKnown, log: silentLogger });
  let samples = 0;
  sampler.onSamples((batches) => {
    samples += batches.length;
  });
  try {
    sampler.start();
    await until(() => samples >= 10, 'ten samples');
    const from = samples;
    const spent = await during(host, () => pause(SAMPLES * 1000));
    return ((spent - idle) * SAMPLES) / (samples - from);
  } finally {
    sampler.stop();
    connection.dispose();
    history.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const bench: Bench = {
  name: 'host-cpu',
  unavailable: noRealHost,
  run: async () => {
    const host = await openHost('real');
    try {
      host.real?.run('sh', '-c', 'mkdir -p /run/ada-faults; touch /run/ada-faults/steady');
      const idle = await during(host, () => pause(20_000));
      const polled = (await during(host, () => poll(host))) - idle;
      const panel = openPanel(host);
      await until(() => panel.gpu.status().state.kind === 'live', 'the first sample');
      // What is asked once, at the start of a connection, is over.
      await pause(10_000);
      const whole = (await during(host, () => pause(SAMPLES * 1000))) - idle;
      panel.dispose();
      const sampling = await sample(host, idle);
      return [
        {
          name: 'CPU the host spends per sample',
          value: sampling,
          unit: 'ms',
          peer: polled,
          ratio: sampling / polled,
          target: '≤ 1/10 of a new ssh and nvidia-smi every second',
          ok: sampling <= polled / 10,
          said: `${SAMPLES} s each, with processes and health; idle (${idle.toFixed(1)} ms a second) subtracted`,
        },
        {
          name: 'CPU the host spends on the whole panel, a second',
          value: whole,
          unit: 'ms',
          peer: polled,
          ratio: whole / polled,
          target: '≤ 1/4 of the same',
          ok: whole <= polled / 4,
          said: `${SAMPLES} s: samples, the journal of PID 1 followed, services read every 5 s`,
        },
      ];
    } finally {
      await host.close();
    }
  },
};
