import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEALTH_FIELDS } from '../../../shared/host-scripts/host-read.ts';
import { answersOf } from '../checks/testing/fake-sources.ts';
import { parseLogLines } from './parse-log.ts';
import { parseRequestLines, readGatewayParts, readHostParts } from './read-host.ts';
import { GATEWAY_READS, hostReads, minutesToRead } from './reads.ts';

const READS = hostReads(30);
const UUID = 'GPU-5f1c2d3e-0000-4000-8000-00000000ada2';
const OFFSET_MS = 180_000;

const row = HEALTH_FIELDS.map((field) => ({ uuid: UUID, name: 'RTX', 'memory.total': '49140' })[field as string] ?? '[N/A]').join(', ');

const read = (more: Record<string, readonly string[] | 'absent' | 'denied'> = {}) =>
  readHostParts(
    answersOf({
      [READS.units]: [
        'Id=invokeai.service',
        'LoadState=loaded',
        'ActiveState=failed',
        'SubState=failed',
        'Result=exit-code',
        'ExecMainStatus=2',
        'NRestarts=3',
        'StateChangeTimestamp=Fri 2026-11-27 21:03:04.123456 UTC',
        '',
      ],
      [READS.logs.invokeai]: [
        '1795000000.500000 ada2 python[42]: \u001b[31m[x]::[InvokeAI]::ERROR --> broken\u001b[0m',
        'garbage',
        '1795000001.000000 ada2 systemd[1]: Stopped invokeai.service.',
      ],
      [READS.logs.shim]: 'denied',
      kernellog: [],
      health: ['0', row],
      gpuapps: ['0', `${UUID}, 42, /venv/bin/python, with, commas, 8900\t/system.slice/invokeai.service`, `${UUID}, 7, ollama, 6214\t`],
      'disk /': ['  1000 2000 /'],
      memory: ['MemTotal:       65536 kB', 'MemFree:   1 kB', 'MemAvailable:  32768 kB'],
      listen: ['LISTEN 0      511          0.0.0.0:7860       0.0.0.0:* users:(("nginx",pid=1,fd=6))', 'LISTEN 0 4096 [::1]:9090 [::]:*'],
      boot: ['uptimeS=120.5', 'rebootRequired=yes', 'packages=linux-image '],
      ...more,
    }),
    READS,
    { offsetMs: OFFSET_MS },
  );

describe('the answer of the host', () => {
  it('is read with its times by this clock', () => {
    const parts = read();
    expect(parts.units.invokeai).toEqual({
      isKnown: true,
      value: {
        name: 'invokeai.service',
        loadState: 'loaded',
        activeState: 'failed',
        subState: 'failed',
        result: 'exit-code',
        exitStatus: 2,
        restarts: 3,
        changedAt: Date.parse('2026-11-27T21:03:04.123Z') - OFFSET_MS,
      },
    });
    expect(parts.logs.invokeai).toEqual({
      isKnown: true,
      value: [
        { at: 1_795_000_000_500 - OFFSET_MS, program: 'python', text: '[x]::[InvokeAI]::ERROR --> broken' },
        { at: 1_795_000_001_000 - OFFSET_MS, program: 'systemd', text: 'Stopped invokeai.service.' },
      ],
    });
    expect(parts.logs.shim).toEqual({ isKnown: false, reason: 'the login may not read the logs' });
    expect(parts.logs.nginx.isKnown).toBe(false);
    expect(parts.units.nginx.isKnown).toBe(false);
    expect(parts.gpu.isKnown && parts.gpu.value.kind === 'read' && parts.gpu.value.gpus[0]?.number('memory.total')).toBe(49_140);
    expect(parts.gpu.isKnown && parts.gpu.value.kind === 'read' && parts.gpu.value.gpus[0]?.text('persistence_mode')).toBeNull();
    expect(parts.gpuPrograms).toMatchObject({
      isKnown: true,
      value: [
        { pid: 42, memoryUsedMiB: 8_900, unit: 'invokeai.service' },
        { pid: 7, unit: null },
      ],
    });
    expect(parts.disks).toEqual({ isKnown: true, value: [{ path: '/', availableBytes: 1000, sizeBytes: 2000 }] });
    expect(parts.memory).toEqual({ isKnown: true, value: { totalBytes: 65_536 * 1024, availableBytes: 32_768 * 1024 } });
    expect(parts.listeners).toEqual({
      isKnown: true,
      value: [
        { address: '0.0.0.0', port: 7860, process: 'nginx', uid: null, unit: null },
        { address: '::1', port: 9090, process: null, uid: null, unit: null },
      ],
    });
    expect(parts.boot).toEqual({ isKnown: true, value: { uptimeS: 120.5, isRebootRequired: true, packages: 'linux-image' } });
  });

  it('is unknown where nvidia-smi failed, not empty', () => {
    const parts = read({
      health: ['18', 'Failed to initialize NVML: Driver/library version mismatch'],
      gpuapps: ['18', 'Failed to initialize NVML'],
    });
    expect(parts.gpu).toMatchObject({ isKnown: true, value: { kind: 'failed', fault: 'library-mismatch' } });
    expect(parts.gpuPrograms.isKnown).toBe(false);
  });

  it('asks for what came before the moment', () => {
    const now = 1e12;
    expect([minutesToRead(now, now), minutesToRead(now - 3_600_000, now), minutesToRead(0, now)]).toEqual([30, 75, 1440]);
  });
});

describe('the answer of the gateway’s machine', () => {
  it('tells a file that is missing from one that the login may not see', () => {
    const parts = readGatewayParts(
      answersOf({ [GATEWAY_READS.requests]: 'absent', [GATEWAY_READS.environment]: 'absent', [GATEWAY_READS.backends]: 'denied' }),
      0,
    );
    expect(parts.gatewayRequests).toMatchObject({ isKnown: false });
    expect(parts.gatewayEnvironment).toEqual({ isKnown: true, value: null });
    expect(parts.gatewayBackends).toMatchObject({ isKnown: false });
    expect(parts.gatewayImageFolder).toMatchObject({ isKnown: false });
  });

  it('reads requests.jsonl, and leaves out what is none', () => {
    expect(
      parseRequestLines(
        ['{"duration_ms":3.5,"method":"POST","path":"/v1/images/generations","status":429,"ts":1795000000.25}', '{', '[]', '{"ts":"x"}'],
        1000,
      ),
    ).toMatchObject([{ at: 1_794_999_999_250, path: '/v1/images/generations', status: 429, durationMs: 3.5 }]);
  });
});

it('throws for no text', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      parseLogLines(lines, 0);
      parseRequestLines(lines, 0);
    }),
  );
});
