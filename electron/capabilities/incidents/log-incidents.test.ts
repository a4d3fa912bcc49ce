import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asIncidents } from './found.ts';
import { type LogLine, memoryIncidents, xidIncidents } from './log-incidents.ts';

const AT = 1_764_277_455_000;
const GPUS = [
  { uuid: 'GPU-0', index: 0, busId: '00000000:41:00.0' },
  { uuid: 'GPU-1', index: 1, busId: '00000000:61:00.0' },
];
const HOW = { gpus: GPUS, sameFailureMs: 60_000 };
const line = (second: number, text: string, unit: string | null = 'invokeai.service'): LogLine => ({
  atMs: AT + second * 1000,
  unit,
  text,
});

describe('lines of a log', () => {
  it('never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double(), fc.string(), fc.option(fc.string()))), (lines) => {
        memoryIncidents(
          lines.map(([atMs, text, unit]) => ({ atMs, text, unit })),
          HOW,
        );
      }),
    );
  });
});

describe('failures for want of memory', () => {
  it('are one for the lines of one failure, and count repetitions', () => {
    const torch = 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 1 has a total capacity of 44.50 GiB';
    expect(
      memoryIncidents([line(0, 'Error: OutOfMemoryError'), line(1, torch), line(30, torch), line(500, torch), line(9, 'all well')], HOW),
    ).toMatchObject([
      {
        kind: 'out-of-memory',
        beginMs: AT,
        endMs: AT + 30_000,
        gpuUuid: 'GPU-1',
        who: 'invokeai',
        summary: 'invokeai ran out of VRAM (2 times)',
      },
      { beginMs: AT + 500_000, endMs: AT + 500_000, summary: 'invokeai ran out of VRAM' },
    ]);
  });

  it('name no GPU where it is not known', () => {
    expect(memoryIncidents([line(0, 'CUDA out of memory')], HOW)).toMatchObject([{ gpuUuid: null }]);
    expect(memoryIncidents([line(0, 'CUDA out of memory')], { ...HOW, gpus: GPUS.slice(0, 1) })).toMatchObject([{ gpuUuid: 'GPU-0' }]);
  });

  it('of the kernel name the service of the cgroup', () => {
    const context =
      'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task_memcg=/system.slice/invokeai.service,task=python,pid=9876,uid=997';
    const killed = 'Out of memory: Killed process 9876 (python) total-vm:1kB';
    expect(
      memoryIncidents(
        [
          line(0, context, null),
          line(1, killed, null),
          line(2, 'invokeai.service: A process of this unit has been killed by the OOM killer.'),
        ],
        HOW,
      ),
    ).toMatchObject([{ kind: 'host-out-of-memory', severity: 'critical', who: 'invokeai', unit: 'invokeai.service', gpuUuid: null }]);
    expect(memoryIncidents([line(1, killed, null)], HOW)).toMatchObject([{ who: 'python', unit: null }]);
  });
});

describe('GPU errors', () => {
  const xid = (
    second: number,
    number: number | null,
    busId = '0000:41:00',
    text = `NVRM: Xid (PCI:${busId}): ${number}, pid=77, name=python`,
  ) => ({
    at: AT + second * 1000,
    busId,
    xid: number,
    text,
    meaning: 'meaning',
    action: '',
  });
  it('name card, process and repetitions', () => {
    const runs = [{ gpuUuid: 'GPU-0', pid: 77, name: 'python', unit: 'invokeai.service', startedAt: AT - 1, endedAt: null, peakMiB: 1 }];
    expect(xidIncidents([xid(3, 31), xid(0, 31), xid(200, 31), xid(1, 79, '0000:61:00')], { ...HOW, runs })).toMatchObject([
      { kind: 'xid', severity: 'warning', gpuUuid: 'GPU-0', who: 'invokeai', endMs: AT + 3_000, summary: 'Xid 31: meaning (2 times)' },
      { severity: 'critical', gpuUuid: 'GPU-1' },
      { beginMs: AT + 200_000 },
    ]);
    expect(xidIncidents([xid(0, null, '')], { ...HOW, runs: [] })).toMatchObject([
      { summary: 'GPU lost: meaning', gpuUuid: null, who: null },
    ]);
    const ofOneMoment = asIncidents(xidIncidents([xid(0, 31), xid(0, 48), xid(0, null)], { ...HOW, runs: [] }));
    expect(new Set(ofOneMoment.map(({ id }) => id)).size).toBe(3);
  });
});
