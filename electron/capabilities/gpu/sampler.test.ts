import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GpuBatch } from '../../../shared/capabilities/gpu/contract.ts';
import { type LastKnown, openLastKnown } from '../../foundation/files/last-known.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import type { ExecResult } from '../../foundation/ssh/transport.ts';
import { panelErrorOf } from '../../testing/errors.ts';
import { createFakeTransport, type FakeTransport, type ScriptedLines } from '../../testing/fake-transport.ts';
import type { HistoryStore } from '../history/source.ts';
import { openHistory } from '../history/store.ts';
import { planSamples } from './fields.ts';
import { createGpuSampler, type GpuSampler } from './sampler.ts';

const UUID = 'GPU-11111111-1111-1111-1111-111111111111';
const PLAN = planSamples({ known: null, refused: new Set() });
const HELP = `\n${['index', 'name', ...PLAN.fields].map((name) => `"${name}"\ntext\n`).join('\n')}`;
const line = (usedMiB: number | string): string => [UUID, usedMiB, ...PLAN.metrics.slice(1).map(() => '1')].join(', ');

let history: HistoryStore;
let lastKnown: LastKnown;
let gpu: GpuSampler;
let host: FakeTransport;
let batches: GpuBatch[] = [];
let answers: (command: string) => Partial<ExecResult>;

const healthy = (command: string): Partial<ExecResult> => {
  if (command.includes('--help-query-gpu')) return { stdout: HELP };
  if (command.includes('ada-gpu-processes'))
    return { stdout: `${UUID}, 7, python, 100\n\u001e0\n\u001e\n7 0::/system.slice/invokeai.service\n\u001e\n` };
  if (command.includes('--query-gpu=uuid,index,name')) return { stdout: `${UUID}, 0, NVIDIA RTX 6000 Ada Generation, 46068, 300\n` };
  return {};
};
const commands = (): readonly string[] => host.executed.map(({ argv }) => argv.join(' '));
const samplesOf = (): ScriptedLines[] => host.streams.filter((stream) => stream.argv.includes('-lms'));
const newest = (): ScriptedLines => {
  const stream = samplesOf().at(-1);
  if (stream === undefined) throw new Error('no stream');
  return stream;
};
const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const say = async (...lines: readonly string[]): Promise<void> => {
  newest().push(...lines);
  await settle();
};
const online = async (): Promise<void> => {
  host.goOnline();
  await settle();
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  batches = [];
  answers = healthy;
  host = createFakeTransport((argv) => answers(argv.join(' ')), { isOnline: false });
  history = openHistory({ file: '/dev/null/none.sqlite', keepDays: () => 14, log: silentLogger });
  lastKnown = openLastKnown({ file: '/dev/null/none.json', log: silentLogger });
  gpu = createGpuSampler({ transport: host.transport, hostId: 'ada2', history, lastKnown, log: silentLogger });
  gpu.onSamples((more) => batches.push(...more));
  gpu.start();
});
afterEach(() => {
  gpu.stop();
  history.close();
  vi.useRealTimers();
});

describe('the sampler', () => {
  it('starts when the connection is online, and passes the first sample on at once', async () => {
    expect(gpu.status().state.kind).toBe('waiting');
    expect(commands()).toEqual([]);
    await online();
    expect(newest().argv.slice(0, 3)).toEqual(['stdbuf', '-oL', 'nvidia-smi']);
    await say(line(1000));
    expect(batches).toHaveLength(1);
    expect(batches[0]?.rows[0]).toBe(Date.now());
    expect(batches[0]?.rows[1]).toBe(1000);
    expect(gpu.status()).toMatchObject({
      state: { kind: 'live' },
      gpus: [{ uuid: UUID, memoryTotalMiB: 46068 }],
      processes: [{ unit: 'invokeai.service' }],
    });
  });

  it('sends at most four batches a second, and loses no row', async () => {
    await online();
    let sent = 0;
    gpu.onSamples(() => {
      sent += 1;
    });
    for (let i = 0; i < 100; i += 1) {
      await say(line(i));
      await settle(10);
    }
    await settle(300);
    expect(sent).toBeLessThanOrEqual(6);
    expect(batches.flatMap(({ rows }) => Array.from({ length: rows.length / 15 }, (_, i) => rows[i * 15 + 1]))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  it('counts bad lines and goes on', async () => {
    await online();
    await say('ECC error detected', `${UUID}, 1, 2`, line('[Unknown Error]'), line(5));
    expect(gpu.status()).toMatchObject({ badLines: 2, state: { kind: 'live' } });
    expect(newest().isClosed()).toBe(false);
  });

  it('is stale after three missed ticks, then live again', async () => {
    await online();
    await say(line(1));
    const at = Date.now();
    await settle(2_900);
    expect(gpu.status().state.kind).toBe('live');
    await settle(200);
    expect(gpu.status().state).toMatchObject({ kind: 'stale', lastSampleAt: at });
    await say(line(2));
    expect(gpu.status().state.kind).toBe('live');
  });

  it('names a GPU lost in mid-stream, keeps the stream, and comes back', async () => {
    await online();
    await say(line(1));
    await say(line('[GPU is lost]'));
    expect(gpu.status()).toMatchObject({
      state: { kind: 'fault', fault: 'gpu-lost', error: { code: 'gpu-lost' } },
      unknown: { [`${UUID}/memoryUsedMiB`]: 'lost' },
    });
    expect(newest().isClosed()).toBe(false);
    await settle(1_000);
    await say(line(3));
    expect(gpu.status()).toMatchObject({ state: { kind: 'live' }, unknown: {} });
    expect(samplesOf()).toHaveLength(1);
  });

  it('names a stream that says nothing while the network answers: hanging, and backs off', async () => {
    await online();
    await settle(45_100);
    expect(gpu.status().state).toMatchObject({ kind: 'fault', fault: 'hanging' });
    expect(samplesOf().map((stream) => stream.isClosed())).toEqual([true]);
    await settle(9_000);
    expect(samplesOf()).toHaveLength(1);
    await settle(1_500);
    expect(samplesOf()).toHaveLength(2);
    await settle(45_100);
    const { state } = gpu.status();
    expect(state.kind === 'fault' && (state.nextTryAt ?? 0) - Date.now()).toBeGreaterThan(15_000);
  });

  it('does not blame nvidia-smi when the network is silent', async () => {
    await online();
    await say(line(1));
    answers = (command) => {
      if (command === 'true') throw panelErrorOf('ssh-command-timeout');
      return healthy(command);
    };
    await settle(30_000);
    expect(gpu.status().state.kind).toBe('stale');
    expect(newest().isClosed()).toBe(false);
  });

  it.each([
    [{ exitCode: 127, stderr: 'sh: 1: nvidia-smi: not found' }, 'not-installed'],
    [{ exitCode: 9, stdout: '' }, 'driver-not-running'],
    [{ exitCode: 18, stdout: 'Failed to initialize NVML: Driver/library version mismatch' }, 'library-mismatch'],
  ] as const)('names %o and tries again by itself', async (result, fault) => {
    answers = (command) => (command.startsWith('nvidia-smi') ? result : {});
    await online();
    expect(gpu.status().state).toMatchObject({ kind: 'fault', fault, error: { layer: 'gpu' } });
    answers = healthy;
    await settle(2_100);
    await say(line(1));
    expect(gpu.status().state.kind).toBe('live');
  });

  it('asks an old driver without the fields that it refuses', async () => {
    answers = (command) => {
      if (command.includes('--help-query-gpu')) return { exitCode: 2 };
      const refused = ['memory.reserved', 'enforced.power.limit', 'clocks_throttle_reasons.active'].find((name) => command.includes(name));
      if (refused !== undefined) return { exitCode: 2, stdout: `Field "${refused}" is not a valid field to query.\n\n` };
      return command.includes('--query-gpu=uuid,index,name')
        ? { stdout: `${UUID}, 0, Old, 1.0, 0:1, 8192, 250, [N/A], Disabled, [N/A]` }
        : healthy(command);
    };
    await online();
    const query = newest().argv.find((part) => part.startsWith('--query-gpu=')) ?? '';
    expect(query).not.toContain('memory.reserved');
    expect(query).toContain('power.limit');
    expect(query).toContain('clocks_event_reasons.active');
  });

  it('does without stdbuf where the host has none', async () => {
    await online();
    newest().end(127, 'stdbuf: not found');
    await settle();
    expect(newest().argv[0]).toBe('nvidia-smi');
  });

  it('pauses with the connection, starts again with it, and shows the last known status at the next start', async () => {
    await online();
    await say(line(42));
    host.goOffline();
    expect(gpu.status().state.kind).toBe('stale');
    expect(host.streams.every((stream) => stream.isClosed())).toBe(true);
    const next = createGpuSampler({ transport: host.transport, hostId: 'ada2', history, lastKnown, log: silentLogger });
    expect(next.status()).toMatchObject({ state: { kind: 'stale' }, gpus: [{ uuid: UUID }] });
    expect(next.status().latest[0]?.rows[1]).toBe(42);
    await settle(60_000);
    expect(samplesOf()).toHaveLength(1);
    await online();
    expect(samplesOf()).toHaveLength(2);
  });

  it('retries at once when asked to', async () => {
    answers = (command) => (command.startsWith('nvidia-smi') ? { exitCode: 9 } : {});
    await online();
    answers = healthy;
    gpu.retry();
    await settle();
    await say(line(1));
    expect(gpu.status().state.kind).toBe('live');
  });

  describe('an nvidia-smi that reports more than its rows', () => {
    const IDENTITY = `${UUID}, 0, NVIDIA RTX 6000 Ada Generation, 46068, 300\n`;
    const WARNING = 'WARNING: infoROM is corrupted at gpu 0000:41:00.0';

    it('is read whatever its exit code, and the warning is told', async () => {
      answers = (command) => {
        if (command.includes('--query-gpu=uuid,index,name')) return { exitCode: 14, stdout: `${IDENTITY}${WARNING}\n` };
        if (command.includes('ada-gpu-processes'))
          return { stdout: `${UUID}, 7, python, 100\n${WARNING}\n\u001e14\n\u001e\n7 0::/system.slice/invokeai.service\n\u001e\n` };
        return healthy(command);
      };
      await online();
      await say(line(100), WARNING, line(101));
      expect(gpu.status()).toMatchObject({
        state: { kind: 'live' },
        gpus: [{ uuid: UUID }],
        badLines: 0,
        processes: [{ pid: 7, unit: 'invokeai.service' }],
      });
      expect(gpu.status().warnings.map(({ code, message }) => [code, message])).toEqual([
        ['gpu-inforom-corrupted', 'The infoROM of the GPU at 0000:41:00.0 is corrupted.'],
      ]);
    });

    it('is started again when its stream ends although its rows were whole', async () => {
      await online();
      await say(line(100));
      newest().end(14);
      await settle(1_000);
      expect(samplesOf()).toHaveLength(2);
      await say(line(101));
      expect(gpu.status().state.kind).toBe('live');
    });

    it('shows the GPUs that answer when one is lost', async () => {
      const lost = 'Unable to determine the device handle for GPU 0000:42:00.0: GPU is lost.';
      answers = (command) =>
        command.includes('--query-gpu=uuid,index,name') ? { exitCode: 15, stdout: `${IDENTITY}${lost}\n` } : healthy(command);
      await online();
      await say(line(100));
      expect(gpu.status()).toMatchObject({ state: { kind: 'live' }, gpus: [{ uuid: UUID }] });
      expect(gpu.status().warnings[0]?.message).toContain('0000:42:00.0');
    });

    it('is a fault when there are no rows', async () => {
      answers = (command) => (command.includes('--query-gpu') ? { exitCode: 14, stdout: `${WARNING}\n` } : healthy(command));
      await online();
      expect(gpu.status().state).toMatchObject({ kind: 'fault' });
    });
  });

  it('gives the first row the time of a query, and names persistence mode where calls are slow', async () => {
    const names = ['uuid', 'index', 'name', 'pci.bus_id', 'memory.total', 'persistence_mode'];
    answers = (command) => {
      if (command.includes('--help-query-gpu')) return { stdout: `${HELP}${names.map((name) => `"${name}"\ntext\n`).join('\n')}` };
      if (command.includes('--query-gpu=uuid,index,name')) {
        const fields = /--query-gpu=(\S+)/.exec(command)?.[1]?.split(',') ?? [];
        const cells = fields.map((field) => (field === 'uuid' ? UUID : field === 'persistence_mode' ? 'Disabled' : '1'));
        return { stdout: `${cells.join(', ')}\n`, elapsedMs: 12_000 };
      }
      return healthy(command);
    };
    await online();
    expect(gpu.status().warnings).toMatchObject([{ code: 'gpu-persistence-off', hint: expect.stringContaining('nvidia-smi -pm 1') }]);
    await settle(40_000);
    expect(gpu.status().state.kind).toBe('waiting');
    await say(line(100));
    expect(gpu.status().state.kind).toBe('live');
  });

  it('goes on asking while the clock of this computer is set back and forth', async () => {
    const requested = (): number => commands().filter((command) => command.includes('ada-gpu-processes')).length;
    await online();
    await say(line(100));
    for (const jumpMs of [-3_600_000, 7_200_000, -86_400_000]) {
      const before = requested();
      vi.setSystemTime(Date.now() + jumpMs);
      await say(line(100));
      await settle(31_000);
      expect(requested()).toBeGreaterThan(before);
      const sent = batches.length;
      await say(line(101));
      await settle(300);
      expect(batches.length).toBeGreaterThan(sent);
      await say(line(100));
    }
  });

  describe('what is known of the kernel log', () => {
    const XID = JSON.stringify({ MESSAGE: 'NVRM: Xid (PCI:0000:01:00): 48, pid=1, DBE', __REALTIME_TIMESTAMP: '1700000000000000' });
    const HINT = 'Hint: You are currently not seeing messages from other users and the system.\n';
    const journal = (answer: (command: string) => Partial<ExecResult>) => (command: string) =>
      command.includes('journalctl') ? answer(command) : healthy(command);

    it('has the errors since the host started, also those before a flood of other lines', async () => {
      answers = journal((command) => (command.includes('--grep=NVRM') ? { stdout: `${XID}\n` } : { stdout: '{}\n' }));
      await online();
      expect(gpu.status()).toMatchObject({ kernelLog: 'read', xids: [{ xid: 48 }] });
    });

    it.each([
      ['has none', (command: string) => (command.includes('--grep') ? { exitCode: 1 } : { stdout: '{}\n' }), 'read'],
      ['is empty, as in a container', (command: string) => (command.includes('--grep') ? { exitCode: 1 } : {}), 'empty'],
      ['may not be read', () => ({ stderr: HINT }), 'no-permission'],
      ['is not there', () => ({ exitCode: 127, stderr: 'journalctl: not found' }), 'unreadable'],
    ] as const)('%s', async (_name, answer, kernelLog) => {
      answers = journal(answer);
      await online();
      expect(gpu.status().kernelLog).toBe(kernelLog);
      expect(gpu.status().xids).toEqual([]);
    });

    it.each([
      ['reaches back to the start', '{}\n', 'read'],
      ['was rotated since', '', 'partial'],
    ])('%s', async (_name, first, kernelLog) => {
      const bootedAtUs = 1_700_000_000_000_000;
      const newest = { MESSAGE: 'usb', __REALTIME_TIMESTAMP: String(bootedAtUs + 9e12), __MONOTONIC_TIMESTAMP: String(9e12) };
      answers = journal((command) => {
        if (command.includes('--grep')) return { exitCode: 1 };
        if (!command.includes('--until')) return { stdout: `${JSON.stringify(newest)}\n` };
        expect(command).toContain('--until=@1700000600.000000');
        return { stdout: first };
      });
      await online();
      expect(gpu.status()).toMatchObject({ kernelLog, xids: [] });
    });

    it('is not whole where there are more lines of the driver than are read', async () => {
      answers = journal((command) => (command.includes('--grep') ? { stdout: `${XID}\n`, truncated: true } : { stdout: '{}\n' }));
      await online();
      expect(gpu.status()).toMatchObject({ kernelLog: 'partial', xids: [{ xid: 48 }] });
    });

    it('is read whole where journalctl knows no patterns', async () => {
      answers = journal((command) =>
        command.includes('--grep')
          ? { exitCode: 1, stderr: 'Compiled without pattern matching support\n' }
          : command.includes('-r')
            ? { stdout: `{"MESSAGE":"usb"}\n${XID}\n` }
            : { stdout: '{}\n' },
      );
      await online();
      expect(gpu.status()).toMatchObject({ kernelLog: 'read', xids: [{ xid: 48 }] });
    });
  });

  it('follows the kernel log for Xids, without doubles', async () => {
    await online();
    const kernel = host.streams.find((stream) => stream.argv.includes('-k'));
    const xid = JSON.stringify({ MESSAGE: 'NVRM: Xid (PCI:0000:01:00): 31, pid=1, fault', __REALTIME_TIMESTAMP: '1700000000000000' });
    kernel?.push(xid, xid, '{"MESSAGE":"usb"}');
    await settle();
    expect(gpu.status().xids).toMatchObject([{ xid: 31, action: expect.stringContaining('Restart') }]);
    const at = (us: number, message: string): string => JSON.stringify({ MESSAGE: message, __REALTIME_TIMESTAMP: String(us) });
    kernel?.push(
      at(1700000060000000, 'NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus.'),
      at(1700000060000100, 'NVRM: GPU 0000:01:00.0: GPU has fallen off the bus.'),
    );
    await settle();
    expect(gpu.status().xids.map((one) => one.xid)).toEqual([31, 79]);
  });
});
