import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, fixtureNames, outsideCorpus, outsideNames } from '../../../fixtures/samples.ts';
import { classifyFailure, gpuError } from './failures.ts';
import { parseHelp, parseSample, planSamples, refusedField } from './fields.ts';
import { parseIdentities, planIdentity } from './identity.ts';
import { parseCell, splitRow, textCell } from './nvidia-smi.ts';
import { parseProcesses, unitOfCgroup } from './processes.ts';
import { parseKernelLine, parseXid } from './xid.ts';

const sample = (name: string): string => fixture('nvidia-smi', name);
const ASK_ANYTHING = { known: null, refused: new Set<string>() };
const UUID = 'GPU-00000000-0000-0000-0000-000000000000';

describe('a cell', () => {
  it.each([
    ['38 %', 38],
    ['8192 MiB', 8192],
    ['250.00 W', 250],
    ['0x00000000000001FF', 511],
    ['P8', 8],
    ['0', 0],
  ])('%s is %d', (text, value) => expect(parseCell(text)).toMatchObject({ value, reason: null }));
  it.each([
    ['[N/A]', 'absent'],
    ['N/A', 'absent'],
    ['', 'absent'],
    ['[Not Supported]', 'absent'],
    ['[Not Found]', 'absent'],
    ['[Function Not Found]', 'absent'],
    ['[Unknown Error]', 'error'],
    ['ERR!', 'error'],
    ['[Insufficient Permissions]', 'no-permission'],
    ['[GPU is lost]', 'lost'],
    ['[GPU requires reset]', 'lost'],
    ['[Requested functionality has been deprecated]', 'deprecated'],
    ['[something new]', 'error'],
  ])('%s is unknown: %s', (text, reason) => {
    expect(parseCell(text).value).toBeNaN();
    expect(parseCell(text).reason).toBe(reason);
  });
  it('never makes a number of what is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const cell = parseCell(text);
        expect(Number.isNaN(cell.value)).toBe(cell.reason !== null);
        if (cell.reason === null) expect(/\d/.test(text)).toBe(true);
      }),
    );
  });
  it('gives back every number, with and without its unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e7 }), fc.constantFrom('', ' MiB', ' %', ' W', ' MHz'), (n, unit) => {
        expect(parseCell(`${n}${unit}`).value).toBe(n);
      }),
    );
  });
});

describe('a row', () => {
  const plan = planSamples(ASK_ANYTHING);
  it('is dropped unless it has exactly the cells asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('1', '[N/A]', 'x'), { maxLength: 30 }), (cells) => {
        const parsed = parseSample([UUID, ...cells].join(', '), plan, 1);
        expect(parsed !== null).toBe(cells.length === plan.metrics.length);
      }),
    );
  });
  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseSample(text, plan, 1)).toBeNull();
      }),
    );
  });
  it('asks the old throttle name where it is known, else the new', () => {
    const both = new Set([...plan.fields, 'clocks_event_reasons.active']);
    expect(planSamples({ known: both, refused: new Set() }).fields).toContain('clocks_throttle_reasons.active');
    const fields = planSamples({ known: null, refused: new Set(['clocks_throttle_reasons.active', 'memory.reserved']) });
    expect(fields.fields).toContain('clocks_event_reasons.active');
    expect(fields.missing).toEqual(['memoryReservedMiB']);
  });
  it('reads the help', () => {
    const help = 'List of "--query-gpu=":\n\n"uuid" or "gpu_uuid"\nText.\n\n"memory.used"\nText with "memory.secret".\n';
    expect([...(parseHelp(help) ?? [])]).toEqual(['uuid', 'gpu_uuid', 'memory.used']);
    expect(parseHelp('whatever')).toBeNull();
  });
});

describe('processes', () => {
  const RS = '\u001e';
  const answer = (apps: string, ps = '', cgroups = ''): string => `${apps}\n${RS}0\n${ps}\n${RS}\n${cgroups}\n${RS}\n`;
  it('joins name with commas, user, unit and start', () => {
    const parsed = parseProcesses(
      answer(
        `${UUID}, 41, /opt/a, b, c/python, 12000\n${UUID}, 7, [Not Found], [N/A]`,
        '   41 invokeai                          100 python -m x, y\n    7 root 5 ./x',
        '41 0::/system.slice/invokeai.service\n7 5:memory:/system.slice/wrong.service\n7 1:name=systemd:/system.slice/comfyui.service',
      ),
      1_000_000,
    );
    expect(parsed.processes).toEqual([
      {
        gpuUuid: UUID,
        pid: 41,
        processName: '/opt/a, b, c/python',
        memoryUsedMiB: 12000,
        user: 'invokeai',
        command: 'python -m x, y',
        unit: 'invokeai.service',
        startedAt: 900_000,
      },
      {
        gpuUuid: UUID,
        pid: 7,
        processName: '[Not Found]',
        memoryUsedMiB: null,
        user: 'root',
        command: './x',
        unit: 'comfyui.service',
        startedAt: 995_000,
      },
    ]);
  });
  it('gives what runs on an instance of a divided card to that card', () => {
    const cards = [
      'GPU 0: NVIDIA L40S (UUID: GPU-0)',
      'GPU 1: NVIDIA H100 PCIe (UUID: GPU-1)',
      '  MIG 3g.40gb     Device  0: (UUID: MIG-1)',
      'nonsense (UUID: )',
    ].join('\n');
    const parsed = parseProcesses(
      `${answer('MIG-1, 41, python, 100\nMIG-2, 42, python, 200\nGPU-0, 43, python, 300')}${cards}\n${RS}\n`,
      1,
    );
    expect(parsed.processes.map(({ gpuUuid, pid }) => [gpuUuid, pid])).toEqual([
      ['GPU-1', 41],
      ['MIG-2', 42],
      ['GPU-0', 43],
    ]);
  });
  it('leaves tokens and passwords out of the arguments', () => {
    const ps = '   41 me 100 python main.py --api-key Zk3vQ9xW7tR2 --password=Zk3vQ9xW7tR2 --port 8188';
    const [process] = parseProcesses(answer(`${UUID}, 41, python, 12000`, ps), 1).processes;
    expect(process?.command).toBe('python main.py --api-key … --password=… --port 8188');
  });
  it('reads users whose names have blanks', () => {
    const ps = '   41 CORP\\jane doe                    100 python 7 main.py';
    const [process] = parseProcesses(answer(`${UUID}, 41, python, 12000`, ps), 1_000_000).processes;
    expect(process).toMatchObject({ user: 'CORP\\jane doe', command: 'python 7 main.py', startedAt: 900_000 });
  });
  it('knows no process from an empty or a failed answer', () => {
    expect(parseProcesses(answer(''), 1)).toMatchObject({ exitCode: 0, processes: [] });
    expect(parseProcesses(`No devices were found\n${RS}6\n`, 1)).toMatchObject({
      exitCode: 6,
      text: 'No devices were found',
      processes: [],
    });
    expect(parseProcesses('', 1)).toMatchObject({ exitCode: null, processes: [] });
  });
  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseProcesses(text, 1).processes).toEqual([]);
      }),
    );
  });
  it('has no unit outside a service', () => expect(unitOfCgroup('/user.slice/user-1000.slice/session-3.scope')).toBeNull());
});

describe('failures', () => {
  it.each([
    [127, '', 'not-installed'],
    [9, '', 'driver-not-running'],
    [12, '', 'nvml-missing'],
    [15, '', 'gpu-lost'],
    [18, '', 'library-mismatch'],
    [6, '', 'no-devices'],
    [255, 'Failed to initialize NVML: No supported GPUs were found', 'no-devices'],
    [255, 'Failed to initialize NVML: Driver Gone Mad', 'unknown'],
  ] as const)('exit %d %s is %s', (code, text, fault) => {
    expect(classifyFailure(code, text)).toBe(fault);
    expect(gpuError(fault).hint).not.toBe('');
  });
});

describe('faults that look alike', () => {
  it.each([
    [255, 'Failed to initialize NVML: Unknown Error', 'devices-hidden'],
    [6, 'Unable to determine the device handle for GPU0000:02:00.0: Not Found', 'unsupported'],
    [255, 'Unable to determine the device handle for GPU 0000:01:00.0: Unknown Error', 'gpu-lost'],
    [15, 'Unable to determine the device handle for GPU 0000:21:00.0: GPU is lost.  Reboot the system', 'gpu-lost'],
    [127, 'nvidia-smi: error while loading shared libraries: libnvidia-ml.so.1: cannot open shared object file', 'nvml-missing'],
    [127, 'nvidia-smi: error while loading shared libraries: libtinfo.so.6: cannot open shared object file', 'unknown'],
    [126, 'sh: 1: exec: nvidia-smi: Exec format error', 'unknown'],
    [126, 'sh: 1: exec: nvidia-smi: Permission denied', 'no-permission'],
  ] as const)('%i %s: %s', (exitCode, text, fault) => {
    expect(classifyFailure(exitCode, text)).toBe(fault);
  });

  it('does not send WSL users to a Linux driver', () => {
    const { hint } = gpuError('not-installed', '', { isWsl: true });
    expect(hint).toContain('Windows');
    expect(hint).not.toContain('ubuntu-drivers');
  });
});

describe('processes that hide who they are', () => {
  it.each(['[N/A]', '[Insufficient Permissions]', '-', ''])('keeps the row with the pid %j', (pid) => {
    const row = `GPU-11111111-1111-1111-1111-111111111111, ${pid}, [N/A], 5120\n`;
    expect(parseProcesses(`${row}\u001e0\n\u001e\n\u001e\n`, 1)).toMatchObject({
      isComplete: true,
      processes: [{ pid: null, memoryUsedMiB: 5120, unit: null, user: null }],
    });
  });

  it('tells a failure from an answer by its rows', () => {
    expect(parseProcesses('NVIDIA-SMI has failed\n\u001e9\n', 1).isComplete).toBe(false);
    expect(parseProcesses('WARNING: infoROM is corrupted at gpu 0000:41:00.0\n\u001e14\n\u001e\n\u001e\n', 1)).toMatchObject({
      isComplete: true,
      processes: [],
    });
  });
});

describe('Xid', () => {
  it('reads text and byte messages of the journal', () => {
    const message = 'NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus.';
    const line = (body: unknown): string => JSON.stringify({ MESSAGE: body, __REALTIME_TIMESTAMP: '1700000000000000' });
    expect(parseKernelLine(line(message))).toMatchObject({ xid: 79, busId: '0000:01:00', at: 1_700_000_000_000 });
    expect(parseKernelLine(line([...Buffer.from(message)]))).toMatchObject({ xid: 79 });
    expect(parseKernelLine('{ torn NVRM [')).toBeNull();
    expect(parseXid('usb 1-1: new device', 1)).toBeNull();
  });
  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseKernelLine(text)).toBeNull();
      }),
    );
  });
});

/** What must hold for any output, whichever machine it comes from. */
function expectNoThrowAndNoInventedNumber(text: string): void {
  for (const line of text.split('\n')) {
    parseSample(line, planSamples(ASK_ANYTHING), 1);
    parseXid(line, 1);
    for (const cell of line.split(',')) {
      const parsed = parseCell(cell);
      if (/^\s*(\[.*\]|N\/A|ERR!|)\s*$/.test(cell)) expect(parsed.value).toBeNaN();
    }
  }
  parseIdentities(text, planIdentity(ASK_ANYTHING));
  parseProcesses(text, 1);
}

function expectColumnsToAddUp(text: string): void {
  const [header = '', row = ''] = text.split('\n');
  const names = header.split(',').map((cell) => cell.trim().replace(/ \[.*$/, ''));
  const cells = splitRow(row, names.length);
  expect(cells).not.toBeNull();
  const value = (field: string): number => parseCell(cells?.[names.indexOf(field)] ?? '').value;
  const reserved = value('memory.reserved');
  const sum = value('memory.used') + value('memory.free') + (Number.isNaN(reserved) ? 0 : reserved);
  expect(Math.abs(sum - value('memory.total'))).toBeLessThanOrEqual(2);
  expect(textCell(cells?.[names.indexOf('uuid')])).toMatch(/^GPU-/);
}

describe('samples of every shape', () => {
  it.each(fixtureNames('nvidia-smi'))('%s: nothing throws, no unknown becomes a number', (name) =>
    expectNoThrowAndNoInventedNumber(sample(name)),
  );
  it.each(fixtureNames('nvidia-smi').filter((name) => name.startsWith('query-gpu')))('%s: the columns add up', (name) =>
    expectColumnsToAddUp(sample(name)),
  );
  it.each([
    ['fail-mismatch-without-version.txt', 'library-mismatch'],
    ['fail-mismatch.txt', 'library-mismatch'],
    ['fail-no-devices.txt', 'no-devices'],
    ['fail-no-driver.txt', 'driver-not-running'],
    ['fail-no-driver-wsl.txt', 'driver-not-running'],
    ['fail-nvml-missing.txt', 'nvml-missing'],
    ['fail-gpu-lost.txt', 'gpu-lost'],
    ['fail-handle-unknown.txt', 'gpu-lost'],
    ['fail-not-installed.txt', 'not-installed'],
    ['fail-invalid-field.txt', 'bad-output'],
  ])('%s is %s by its text alone', (name, fault) => expect(classifyFailure(null, sample(name))).toBe(fault));
  it('reads which field was refused, in either kind of quotes', () => {
    expect(refusedField(sample('fail-invalid-field.txt'))).toBe('temperature.soul');
    expect(refusedField(sample('fail-invalid-field-curly-quotes.txt'))).toBe('encoder.mood');
  });
  it('finds the Xids of kernel logs', () => {
    const xids = (name: string): (number | null)[] =>
      sample(name)
        .split('\n')
        .flatMap((line) => parseXid(line, 1)?.xid ?? (parseXid(line, 1) === null ? [] : [null]));
    expect(xids('kernel-xids.txt')).toEqual([13, 31, 94]);
    expect(xids('kernel-fallen-off-the-bus.txt')).toEqual([79, null]);
    expect(xids('kernel-adapter-failed.txt')).toEqual([]);
  });
});

const CORPUS = 'nvidia-smi-samples';
const corpusNames = outsideNames(CORPUS, /\.(txt|xml)$/);
describe.skipIf(corpusNames.length === 0)('the extra corpus of real machines', () => {
  it.each(corpusNames.length === 0 ? ['none'] : corpusNames)('%s: nothing throws, no unknown becomes a number', (name) => {
    const text = readFileSync(join(outsideCorpus(CORPUS) ?? '', name), 'utf8');
    expectNoThrowAndNoInventedNumber(text);
    if (/query-gpu/.test(name)) expectColumnsToAddUp(text);
  });
});
