import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEALTH_FIELDS, OLD_HEALTH_FIELDS } from '../../../../shared/host-scripts/host-read.ts';
import { panelErrorOf } from '../../../testing/errors.ts';
import type { Finding } from '../check.ts';
import { type FakeAnswers, type FakeWorld, fakeSources, fileLines, find, replyOf } from '../testing/fake-sources.ts';
import { GPU_CHECKS } from './gpu.ts';

const NOW = 1_795_000_000_000;
const HEALTHY: Readonly<Record<(typeof HEALTH_FIELDS)[number], string>> = {
  uuid: 'GPU-5c1f8d2e-7a40-4b7e-9c55-0e6f2f1ada02',
  name: 'NVIDIA RTX 6000 Ada Generation',
  driver_version: '580.126.09',
  persistence_mode: 'Enabled',
  'temperature.gpu': '54',
  'utilization.gpu': '98',
  'memory.total': '46068',
  'memory.used': '12600',
  'power.draw': '298.11',
  'enforced.power.limit': '300.00',
  'pcie.link.width.current': '16',
  'pcie.link.width.max': '16',
  'pcie.link.gen.current': '1',
  'pcie.link.gen.max': '4',
  'ecc.mode.current': 'Enabled',
  'ecc.errors.uncorrected.volatile.total': '0',
  'ecc.errors.corrected.volatile.total': '2',
  'retired_pages.pending': '[N/A]',
  'clocks_throttle_reasons.active': '0x0000000000000004',
  'remapped_rows.pending': 'No',
  'remapped_rows.failure': 'No',
};
type Cells = Partial<typeof HEALTHY>;

const row = (cells: Cells = {}): string => HEALTH_FIELDS.map((field) => ({ ...HEALTHY, ...cells })[field]).join(', ');
const CARD = ['0000:41:00.0 0x10de 0x030000'];
const INVOKEAI = `${HEALTHY.uuid}, 4711, /var/lib/invokeai/venv/bin/python, 9600\t/system.slice/invokeai.service`;
const OLLAMA = `${HEALTHY.uuid}, 812, /usr/local/bin/ollama, 2400\t/system.slice/ollama.service`;
const NOTEBOOK = `${HEALTHY.uuid}, 48211, /usr/bin/python3, notebook, 3072\t/user.slice/user-1000.slice/session-3.scope`;
const LOADED = '1794990000.000001 ada2 kernel: NVRM: loading NVIDIA UNIX x86_64 Kernel Module  580.126.09  Release Build';
const MODULE = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.126.09  Release Build  (dvs-builder)\n';
const STATUS = { admission_control: { 'gpu_heavy.images': { limit: 2, available: 2, inflight: 0 } }, backend_health: {} };

const host = (answers: FakeAnswers = {}): FakeAnswers => ({
  health: ['0', row()],
  pci: CARD,
  gpuapps: ['0', INVOKEAI, OLLAMA],
  kernellog: [LOADED],
  vram: ['  VRAM in use: 8.760G'],
  'file /proc/driver/nvidia/version 262144': fileLines(MODULE),
  ...answers,
});
const world = (answers: FakeAnswers = {}, o: Partial<FakeWorld> = {}): FakeWorld => ({
  nowMs: NOW,
  host: host(answers),
  gateway: { replies: { 'GET /v1/gateway/status': replyOf(200, STATUS) } },
  ...o,
});
const findIn = (id: string, answers: FakeAnswers = {}): Promise<Finding> => find(GPU_CHECKS, id, world(answers));
const withCells = (id: string, cells: Cells): Promise<Finding> => findIn(id, { health: ['0', row(cells)] });

describe('checks of the GPU', () => {
  it('pass on a healthy card, with figures', async () => {
    const found = await Promise.all(GPU_CHECKS.map(async ({ id }) => [id, await findIn(id)] as const));
    expect(Object.fromEntries(found.map(([id, { verdict, summary }]) => [id, `${verdict}: ${summary}`]))).toEqual({
      'gpu-driver': 'pass: NVIDIA RTX 6000 Ada Generation, driver 580.126.09',
      'gpu-driver-library': 'pass: Both are 580.126.09',
      'gpu-ecc': 'pass: No uncorrected error, 2 corrected, since the driver was loaded',
      'gpu-remapped-rows': 'pass: No repair is pending, and none failed',
      'gpu-throttling': 'pass: Nothing harmful lowers the clocks (power limit)',
      'gpu-temperature': 'pass: 54 °C',
      'gpu-persistence': 'pass: Persistence mode is on',
      'gpu-link-width': 'pass: 16 of 16 lanes, generation 1 now',
      'gpu-xid': 'pass: No Xid in 1 line of the driver since the host started',
      'vram-headroom': 'pass: 2 × 8.8 GiB (measured) = 17.5 GiB of 42.1 GiB that other programs leave',
      'vram-other-programs': 'pass: 2 programs of services, 11.7 GiB',
    });
    for (const [id, { evidence }] of found) expect([id, evidence.length]).not.toEqual([id, 0]);
  });

  it.each<readonly [string, Cells, Finding['verdict'], RegExp]>([
    ['gpu-ecc', { 'ecc.errors.uncorrected.volatile.total': '3' }, 'fail', /^3 uncorrected/],
    ['gpu-ecc', { 'ecc.errors.corrected.volatile.total': '1287' }, 'warn', /^1287 corrected/],
    ['gpu-ecc', { 'ecc.mode.current': 'Disabled' }, 'skipped', /off/],
    ['gpu-ecc', { 'ecc.mode.current': '[N/A]' }, 'skipped', /does not report ECC/],
    ['gpu-ecc', { 'ecc.errors.uncorrected.volatile.total': '[Unknown Error]' }, 'unknown', /ECC errors/],
    ['gpu-remapped-rows', { 'remapped_rows.pending': 'Yes' }, 'fail', /next reset/],
    ['gpu-remapped-rows', { 'remapped_rows.failure': 'Yes' }, 'fail', /could not be replaced/],
    [
      'gpu-remapped-rows',
      { 'remapped_rows.pending': '[N/A]', 'remapped_rows.failure': '[N/A]', 'retired_pages.pending': 'Yes' },
      'fail',
      /next reset/,
    ],
    ['gpu-remapped-rows', { 'remapped_rows.pending': '[N/A]', 'remapped_rows.failure': '[N/A]' }, 'skipped', /repairs/],
    ['gpu-remapped-rows', { 'remapped_rows.pending': 'Perhaps' }, 'unknown', /repairs/],
    ['gpu-throttling', { 'clocks_throttle_reasons.active': '0x0000000000000060' }, 'fail', /overheating, temperature limit/],
    ['gpu-throttling', { 'clocks_throttle_reasons.active': '0x0000000000000080' }, 'fail', /power brake/],
    ['gpu-throttling', { 'clocks_throttle_reasons.active': '0x0000000000000020' }, 'warn', /temperature limit/],
    ['gpu-throttling', { 'clocks_throttle_reasons.active': '0x0000000000000000' }, 'pass', /^Nothing lowers/],
    ['gpu-throttling', { 'clocks_throttle_reasons.active': '[Not Supported]' }, 'unknown', /does not report/],
    ['gpu-temperature', { 'temperature.gpu': '87' }, 'warn', /^87 °C/],
    ['gpu-temperature', { 'temperature.gpu': '93' }, 'fail', /^93 °C/],
    ['gpu-temperature', { 'temperature.gpu': '[N/A]' }, 'unknown', /temperature/],
    ['gpu-persistence', { persistence_mode: 'Disabled' }, 'warn', /off/],
    ['gpu-persistence', { persistence_mode: '[N/A]' }, 'skipped', /persistence/],
    ['gpu-link-width', { 'pcie.link.width.current': '4' }, 'warn', /4 of its 16 lanes/],
    ['gpu-link-width', { 'pcie.link.width.current': '[N/A]' }, 'unknown', /link/],
  ])('%s with %j: %s', async (id, cells, verdict, summary) => {
    const found = await withCells(id, cells);
    expect(found).toMatchObject({ verdict, summary: expect.stringMatching(summary) });
    expect(found.remedy === null).toBe(verdict === 'pass' || verdict === 'skipped');
  });

  it('let the worst of several cards decide, and name all of them', async () => {
    const second = row({ uuid: 'GPU-2', name: 'NVIDIA L40S', 'temperature.gpu': '91' });
    const found = await findIn('gpu-temperature', { health: ['0', row(), second] });
    expect(found).toMatchObject({ verdict: 'fail', summary: expect.stringMatching(/^GPU 1 \(NVIDIA L40S\): 91 °C/) });
    expect(found.evidence).toContain('temperature.gpu: 54');
    expect(found.evidence).toContain('GPU 1: NVIDIA L40S, GPU-2');
  });

  it('read the fewer fields of an old driver', async () => {
    const old = row().split(', ').slice(0, OLD_HEALTH_FIELDS).join(', ');
    expect(await findIn('gpu-temperature', { health: ['0', old] })).toMatchObject({ verdict: 'pass' });
    expect(await findIn('gpu-remapped-rows', { health: ['0', old] })).toMatchObject({ verdict: 'skipped' });
  });

  const MISMATCH = ['18', 'Failed to initialize NVML: Driver/library version mismatch', 'NVML library version: 580.142'];
  it.each<readonly [string, readonly string[], Finding['verdict'], Finding['verdict']]>([
    ['is missing', ['127', 'sh: 1: nvidia-smi: not found'], 'fail', 'unknown'],
    ['hangs', ['124'], 'fail', 'unknown'],
    ['finds no devices', ['6', 'No devices were found'], 'fail', 'unknown'],
    [
      'does not reach the driver',
      ['9', "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."],
      'fail',
      'unknown',
    ],
    ['lost its card', ['15', 'Unable to determine the device handle for GPU 0000:21:00.0: GPU is lost.'], 'fail', 'unknown'],
    ['is newer than the driver', MISMATCH, 'unknown', 'fail'],
    ['prints garbage', ['0', '<!-- smi -->', ', , , ,,,'], 'unknown', 'unknown'],
  ])('know what an nvidia-smi means that %s', async (_what, health, driver, library) => {
    expect(await findIn('gpu-driver', { health })).toMatchObject({ verdict: driver });
    expect(await findIn('gpu-driver-library', { health })).toMatchObject({ verdict: library });
    for (const { id } of GPU_CHECKS.filter(({ id }) => !/^gpu-driver|^gpu-xid/.test(id))) {
      expect([id, (await findIn(id, { health })).verdict]).toEqual([id, 'unknown']);
    }
  });

  it('report a warning of nvidia-smi beside its rows, and a card that is lost while others answer', async () => {
    const warned = await findIn('gpu-driver', { health: ['14', row(), 'WARNING: infoROM is corrupted at gpu 0000:21:00.0'] });
    expect(warned).toMatchObject({ verdict: 'warn', evidence: expect.arrayContaining([expect.stringContaining('infoROM')]) });
    const lost = row({ uuid: 'GPU-2', 'temperature.gpu': '[GPU is lost]' });
    expect(await findIn('gpu-driver', { health: ['0', row(), lost] })).toMatchObject({ verdict: 'fail' });
  });

  it('tell a loaded module of another version', async () => {
    const found = await findIn('gpu-driver-library', {
      'file /proc/driver/nvidia/version 262144': fileLines(MODULE.replace('580.126.09', '570.26')),
    });
    expect(found).toMatchObject({ verdict: 'fail', summary: 'Driver 570.26 is loaded, and nvidia-smi uses 580.126.09' });
  });

  it('are skipped on a host without a card', async () => {
    for (const { id } of GPU_CHECKS.filter(({ id }) => id !== 'gpu-xid')) {
      const found = await findIn(id, { health: ['127', 'sh: 1: nvidia-smi: not found'], pci: [] });
      expect([id, found.verdict]).toEqual([id, 'skipped']);
    }
  });

  describe('the errors of the kernel log', () => {
    const line = (text: string, secondsAgo = 720): string => `${NOW / 1000 - secondsAgo}.000000 ada2 kernel: ${text}`;
    const kernel = (...lines: readonly string[]): Promise<Finding> => findIn('gpu-xid', { kernellog: [LOADED, ...lines] });

    it('fail for what the card did, with its meaning and age', async () => {
      const found = await kernel(
        line('NVRM: Xid (PCI:0000:21:00): 31, pid=4711, name=python, MMU Fault', 9_000),
        line("NVRM: Xid (PCI:0000:21:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."),
        line('NVRM: GPU 0000:21:00.0: GPU has fallen off the bus.'),
      );
      expect(found).toMatchObject({ verdict: 'fail', summary: 'Xid 79: GPU has fallen off the bus, 12 min ago; 2 errors in all' });
      expect(found.remedy?.text).toMatch(/Reboot/);
    });

    it('warn of what a program did, and pass with notes', async () => {
      expect(await kernel(line('NVRM: Xid (PCI:0000:21:00): 13, pid=4711, name=python, Graphics Exception'))).toMatchObject({
        verdict: 'warn',
      });
      expect(await kernel(line('NVRM: Xid (PCI:0000:21:00): 43, pid=4711, name=python, Ch 8'))).toMatchObject({ verdict: 'pass' });
      expect(await kernel(line('NVRM: Xid (PCI:0000:21:00): 999, pid=4711, name=python, new'))).toMatchObject({ verdict: 'warn' });
    });

    it('are unknown where the log may not be read or does not reach back', async () => {
      expect(await findIn('gpu-xid', { kernellog: 'denied' })).toMatchObject({ verdict: 'unknown' });
      expect(await findIn('gpu-xid', { kernellog: [] })).toMatchObject({ verdict: 'unknown' });
    });
  });

  describe('the room for images', () => {
    it('is short for all, and for one', async () => {
      const beside = (usedMiB: number) => ({ health: ['0', row({ 'memory.used': String(usedMiB + 9_600) })] });
      expect(await findIn('vram-headroom', beside(30_000))).toMatchObject({
        verdict: 'warn',
        summary: expect.stringContaining('2 × 8.8 GiB (measured) = 17.5 GiB of 15.7 GiB'),
      });
      expect(await findIn('vram-headroom', beside(38_000))).toMatchObject({ verdict: 'fail' });
    });

    it('is calculated with the usual figure and one image where nothing was reported', async () => {
      const found = await find(GPU_CHECKS, 'vram-headroom', world({ vram: [] }, { gateway: { profile: null } }));
      expect(found).toMatchObject({ verdict: 'pass', summary: expect.stringContaining('1 × 10.0 GiB (usual for SDXL)') });
      expect(found.evidence.join('\n')).toContain('limit not reported');
    });

    it('is unknown without the figures', async () => {
      expect(await findIn('vram-headroom', { health: ['0', row({ 'memory.used': '[N/A]' })] })).toMatchObject({ verdict: 'unknown' });
      expect(await findIn('vram-headroom', { gpuapps: ['1', 'failed'] })).toMatchObject({ verdict: 'unknown' });
    });
  });

  it('name programs outside the services with what they hold', async () => {
    const hidden = `${HEALTHY.uuid}, [N/A], [N/A], 700`;
    const found = await findIn('vram-other-programs', { gpuapps: ['0', INVOKEAI, NOTEBOOK, hidden] });
    expect(found).toMatchObject({ verdict: 'warn' });
    expect(found.summary).toContain('3.7 GiB held outside the services');
    expect(found.summary).toContain('/usr/bin/python3, notebook (PID 48211): 3.0 GiB');
    expect(found.summary).toContain('a program that cannot be identified: 700 MiB');
    const small = NOTEBOOK.replace('3072', '12');
    expect(await findIn('vram-other-programs', { gpuapps: ['0', small] })).toMatchObject({ verdict: 'pass' });
    expect(await findIn('vram-other-programs', { gpuapps: ['0', ''] })).toMatchObject({
      verdict: 'pass',
      summary: 'No program holds VRAM',
    });
  });

  it('neither throw nor pass on text of any kind, nor on a host that cannot be read', async () => {
    const text = fc.array(fc.oneof(fc.string(), fc.constantFrom('0', '14', '18', 'GPU-1, , ,', `${HEALTHY.uuid}, `)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(text, async (lines) => {
        for (const { id } of GPU_CHECKS) {
          const found = await findIn(id, {
            health: lines,
            pci: lines,
            gpuapps: lines,
            kernellog: lines.filter((line) => !/nvidia|nvrm/i.test(line)),
          });
          expect([id, found.verdict]).not.toEqual([id, 'pass']);
        }
      }),
      { numRuns: 60 },
    );
    for (const check of GPU_CHECKS) {
      const gone = { host: panelErrorOf('ssh-connection-lost', 'ssh') };
      await expect((async () => check.run(fakeSources(gone)))()).rejects.toThrow();
      const found = await find(GPU_CHECKS, check.id, { host: {} });
      expect([check.id, found.verdict]).toEqual([check.id, 'unknown']);
    }
  });
});
