import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyFailure, faultError } from './failures.ts';
import { parseHelp, parseSample, planSamples, refusedField } from './fields.ts';
import { parseIdentities, planIdentity } from './identity.ts';
import { parseCell, splitRow, textCell } from './nvidia-smi.ts';
import { parseProcesses, unitOfCgroup } from './processes.ts';
import { haveSamples, sample, sampleNames } from './test-data.ts';
import { parseKernelLine, parseXid } from './xid.ts';

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
    [255, 'Failed to initialize NVML: Unknown Error', 'unknown'],
  ] as const)('exit %d %s is %s', (code, text, fault) => {
    expect(classifyFailure(code, text)).toBe(fault);
    expect(faultError(fault).hint).not.toBe('');
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

describe.skipIf(!haveSamples())('real samples', () => {
  it.each(haveSamples() ? sampleNames() : [])('%s: nothing throws, no unknown becomes a number', (name) => {
    const text = sample(name);
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
  });
  it.each([
    'l40s-595.80-load-query-gpu.txt',
    'h100-mig-590.48.01-load-query-gpu.txt',
    'h100-590.48.01-load-query-gpu.txt',
    'rtx2080s-610.57.04-idle-query-gpu.txt',
    'csv-rtx2080s-465.27.txt',
  ])('%s: the columns add up', (name) => {
    const [header = '', row = ''] = sample(name).split('\n');
    const names = header.split(',').map((cell) => cell.trim().replace(/ \[.*$/, ''));
    const cells = splitRow(row, names.length);
    expect(cells).not.toBeNull();
    const value = (field: string): number => parseCell(cells?.[names.indexOf(field)] ?? '').value;
    const reserved = value('memory.reserved');
    const sum = value('memory.used') + value('memory.free') + (Number.isNaN(reserved) ? 0 : reserved);
    if (name.startsWith('csv-')) return;
    expect(Math.abs(sum - value('memory.total'))).toBeLessThanOrEqual(2);
    expect(textCell(cells?.[names.indexOf('uuid')])).toMatch(/^GPU-/);
  });
  it.each([
    ['fail-mismatch-460-oneline.txt', 'library-mismatch'],
    ['fail-mismatch-535.161-rc18.txt', 'library-mismatch'],
    ['fail-mismatch-550.144.txt', 'library-mismatch'],
    ['fail-no-devices-550.txt', 'no-devices'],
    ['fail-no-driver.txt', 'driver-not-running'],
    ['fail-no-driver-wsl.txt', 'driver-not-running'],
    ['fail-nvml-missing.txt', 'nvml-missing'],
    ['fail-gpu-lost-oneline.txt', 'gpu-lost'],
    ['fail-handle-unknown-520.txt', 'gpu-lost'],
    ['fail-shell-not-found.txt', 'not-installed'],
    ['fail-invalid-field-rc2.txt', 'bad-output'],
  ])('%s is %s by its text alone', (name, fault) => expect(classifyFailure(null, sample(name))).toBe(fault));
  it('reads which field was refused, in either kind of quotes', () => {
    expect(refusedField(sample('fail-invalid-field-rc2.txt'))).toBe('device_minor');
    expect(refusedField(sample('fail-invalid-field-376.33.txt'))).toBe('encoder.stats.sessionCount');
  });
  it('finds the Xids of kernel logs', () => {
    const xids = (name: string): (number | null)[] =>
      sample(name)
        .split('\n')
        .flatMap((line) => parseXid(line, 1)?.xid ?? (parseXid(line, 1) === null ? [] : [null]));
    expect(xids('kernel-xid-535.183.01.txt')).toEqual([43, 43, 31, 94]);
    expect(xids('kernel-xid79-syslog.txt')).toEqual([79, null]);
    expect(xids('kernel-rminit-550.144.03.txt')).toEqual([]);
  });
});
