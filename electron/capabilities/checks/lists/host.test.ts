import { describe, expect, it } from 'vitest';
import { panelErrorOf } from '../../../testing/errors.ts';
import { type FakeAnswers, type FakeWorld, fileLines, find } from '../testing/fake-sources.ts';
import { HOST_CHECKS } from './host.ts';

const FILE = 262_144;
const UNITS = 'units invokeai.service invokeai-openai-images-shim.service comfyui.service nginx.service';
const UNIT = '[Service]\nUser=invokeai\nExecStart=/var/lib/invokeai/venv/bin/invokeai-web --root /var/lib/invokeai\n';
const FOLDER = '755 invokeai invokeai 4096 1794000000.000000 directory';
const ROOT = '/var/lib/invokeai';

/** A host on which all is well. */
const GOOD: FakeAnswers = {
  os: ['PRETTY_NAME="Ubuntu 24.04.3 LTS"', 'ID=ubuntu', 'ARCHITECTURE=x86_64', 'KERNEL=6.8.0-87-generic', 'LOGIN=operator'],
  'user operator': ['operator:x:1000:1000::/home/operator:/bin/bash', 'operator adm sudo'],
  'user invokeai': ['invokeai:x:998:998::/var/lib/invokeai:/usr/sbin/nologin', 'invokeai'],
  system: ['version=systemd 255 (255.4-1ubuntu8.11)', 'state=running'],
  kernellog: ['1795000000.000000 ada2 kernel: NVRM: loading NVIDIA UNIX x86_64 Kernel Module'],
  'file /var/log/journal 0': ['2755 root systemd-journal 4096 1794000000.000000 directory'],
  [`file /etc/systemd/journald.conf ${FILE}`]: fileLines('[Journal]\n#Storage=auto\n'),
  boot: ['uptimeS=86400.00', 'rebootRequired=no', 'packages= ', 'bootId=a', 'journalBoots=7'],
  clock: ['1795000000.000000000', 'yes'],
  memory: ['MemTotal:       131738988 kB', 'MemFree:        90000000 kB', 'MemAvailable:   120000000 kB'],
  'disk /': ['655000000000 1967000000000 /'],
  [`disk ${ROOT}`]: ['655000000000 1967000000000 /'],
  'inodes /': ['120290458 122101760 /'],
  [`mount ${ROOT}`]: ['/ ext4 rw,relatime'],
  [`mount ${ROOT}/outputs`]: ['/ ext4 rw,relatime'],
  [`file ${ROOT} 0`]: [FOLDER],
  [`file ${ROOT}/outputs 0`]: [FOLDER],
  [UNITS]: ['Id=invokeai.service', 'LoadState=loaded', 'ActiveState=active', 'FragmentPath=/etc/systemd/system/invokeai.service', ''],
  [`file /etc/systemd/system/invokeai.service ${FILE}`]: fileLines(UNIT),
};

const verdictOf = async (id: string, changed: Partial<FakeAnswers> = {}, world: Omit<FakeWorld, 'host'> = {}) => {
  const host = Object.fromEntries(Object.entries({ ...GOOD, ...changed }).filter(([, lines]) => lines !== undefined)) as FakeAnswers;
  const { verdict, summary, remedy } = await find(HOST_CHECKS, id, { ...world, host });
  return { verdict, summary, recipe: remedy?.recipe ?? null };
};

describe('the checks of the host', () => {
  it.each(HOST_CHECKS.map(({ id }) => id))('%s passes where all is well, with a figure or a name', async (id) => {
    const { verdict, summary } = await verdictOf(id);
    expect([verdict, summary]).toEqual(['pass', expect.stringMatching(/\S/)]);
  });

  it.each(HOST_CHECKS.map(({ id }) => id))('%s never passes on answers that cannot be read, nor throws', async (id) => {
    const check = HOST_CHECKS.find((one) => one.id === id);
    const garbage = ['\u0000', '=', 'a'.repeat(70_000), '999999999999999999999999 -1 /', 'state=', 'LOGIN='];
    // The mere status says that the log is readable, and the clock is not among the answers.
    const isOfStatus = ['journal-readable', 'disk-errors', 'oom-kills', 'clock-skew', 'journal-kept'].includes(id);
    const requests = [...new Set([...Object.keys(GOOD), ...(check?.reads?.first ?? [])])];
    for (const lines of [garbage, [''], []]) {
      const { verdict } = await find(HOST_CHECKS, id, {
        host: Object.fromEntries(requests.map((request) => [request, lines])),
        mayRunAsRoot: false,
      });
      if (!isOfStatus) expect([id, verdict]).not.toEqual([id, 'pass']);
    }
    const { verdict } = await find(HOST_CHECKS, id, { host: {}, mayRunAsRoot: false, clock: { offsetMs: Number.NaN, uncertaintyMs: 1 } });
    expect(['unknown', 'skipped']).toContain(verdict);
  });

  it('shell: says that no command runs, and leaves other errors to the runner', async () => {
    const broken = (code: Parameters<typeof panelErrorOf>[0]) => find(HOST_CHECKS, 'shell', { host: panelErrorOf(code, 'ssh') });
    expect(await broken('login-shell-unusable')).toMatchObject({ verdict: 'fail' });
    await expect(broken('ssh-not-connected')).rejects.toThrow();
  });

  it('systemd: warns of an old one and fails where there is none', async () => {
    expect(await verdictOf('systemd', { system: ['version=systemd 239 (239-82.el8)', 'state=running'] })).toMatchObject({
      verdict: 'warn',
    });
    expect(await verdictOf('systemd', { system: ['version=', 'state=sh: systemctl: not found'] })).toMatchObject({ verdict: 'fail' });
  });

  it('failed-units: names them', async () => {
    const system = [
      'version=systemd 252 (252.22)',
      'state=degraded',
      'comfyui.service loaded failed failed ComfyUI',
      'logrotate.service loaded failed failed Rotate',
    ];
    expect(await verdictOf('failed-units', { system })).toEqual({
      verdict: 'warn',
      summary: '2 units have failed: comfyui.service, logrotate.service',
      recipe: null,
    });
  });

  it('journal: readable, and kept unless its settings or a missing folder say otherwise', async () => {
    expect(await verdictOf('journal-readable', { kernellog: 'denied' })).toMatchObject({ verdict: 'warn', recipe: 'least-privilege' });
    expect((await verdictOf('journal-kept')).summary).toContain('7 starts');
    const kept = (changed: Partial<FakeAnswers>) => verdictOf('journal-kept', changed);
    expect(await kept({ 'file /var/log/journal 0': 'absent' })).toMatchObject({ verdict: 'warn' });
    const dropIn = (text: string): Partial<FakeAnswers> => ({
      'list /etc/systemd/journald.conf.d': ['10-ada.conf'],
      [`file /etc/systemd/journald.conf.d/10-ada.conf ${FILE}`]: fileLines(text),
    });
    expect(await kept(dropIn('[Journal]\nStorage=volatile\n'))).toMatchObject({ verdict: 'warn' });
    expect(await kept({ ...dropIn('[Journal]\nStorage=persistent\n'), 'file /var/log/journal 0': 'absent' })).toMatchObject({
      verdict: 'pass',
    });
  });

  it('sudo: free, with a password, or not at all', async () => {
    expect(await verdictOf('sudo-ready')).toMatchObject({ verdict: 'pass', summary: '3 services start and stop without a password' });
    const asked = { mayRunAsRoot: false };
    expect(await verdictOf('sudo-ready', {}, asked)).toMatchObject({ verdict: 'pass', recipe: 'least-privilege' });
    expect(await verdictOf('sudo-ready', { 'user operator': ['operator:x:1000:1000::/:/bin/sh', 'operator adm'] }, asked)).toMatchObject({
      verdict: 'fail',
    });
    expect(await verdictOf('sudo-ready', { os: ['LOGIN=root'] }, asked)).toMatchObject({ verdict: 'pass' });
  });

  it('disk space and inodes: the fullest file system decides, with its figures', async () => {
    expect(await verdictOf('disk-space', { [`disk ${ROOT}`]: ['1073741824 1967000000000 /data'] })).toEqual({
      verdict: 'fail',
      summary: '/data: 1.0 GiB free of 1.8 TiB (0.1 %)',
      recipe: null,
    });
    expect(await verdictOf('disk-space', { 'disk /': ['16106127360 107374182400 /system'] })).toMatchObject({ verdict: 'warn' });
    expect(await verdictOf('inodes', { 'inodes /': ['1204 122101760 /'] })).toMatchObject({ verdict: 'fail' });
    expect(await verdictOf('inodes', { 'inodes /': ['0 0 /'] })).toMatchObject({ verdict: 'pass' });
  });

  it('folders: read-only, of another owner, missing, or without InvokeAI', async () => {
    const found = (changed: Partial<FakeAnswers>) => verdictOf('folders-writable', changed);
    expect(await found({ [`mount ${ROOT}/outputs`]: ['/data ext4 ro,relatime'] })).toMatchObject({
      verdict: 'fail',
      summary: `${ROOT}/outputs cannot be written: /data is mounted read-only`,
    });
    expect(await found({ [`file ${ROOT}/outputs 0`]: ['755 root root 4096 1794000000.000000 directory'] })).toMatchObject({
      verdict: 'fail',
      recipe: 'invokeai',
    });
    expect(await found({ [`file ${ROOT} 0`]: 'absent' })).toMatchObject({ verdict: 'fail' });
    expect(await found({ [`file ${ROOT}/outputs 0`]: 'absent' })).toMatchObject({ verdict: 'pass' });
    expect(await found({ [`file /etc/systemd/system/invokeai.service ${FILE}`]: 'absent' })).toMatchObject({ verdict: 'skipped' });
  });

  it('memory: too little now, or at all', async () => {
    const memory = (total: number, available: number) => ({ memory: [`MemTotal: ${total} kB`, `MemAvailable: ${available} kB`] });
    expect(await verdictOf('memory', memory(64_000_000, 400_000))).toMatchObject({ verdict: 'fail' });
    expect(await verdictOf('memory', memory(64_000_000, 1_200_000))).toMatchObject({ verdict: 'warn' });
    expect(await verdictOf('memory', memory(8_000_000, 6_000_000))).toMatchObject({ verdict: 'warn' });
  });

  it('clock: off by more than is uncertain', async () => {
    const skew = (offsetMs: number, uncertaintyMs: number) => verdictOf('clock-skew', {}, { clock: { offsetMs, uncertaintyMs } });
    expect(await skew(180_000, 20)).toEqual({
      verdict: 'fail',
      summary: 'The clock is 3 min ahead of this computer (± 20 ms)',
      recipe: null,
    });
    expect(await skew(-5_000, 20)).toMatchObject({ verdict: 'warn' });
    expect(await skew(-5_000, 4_000)).toMatchObject({ verdict: 'pass' });
    expect(await verdictOf('clock-synchronised', { clock: ['1795000000.0', 'no'] })).toMatchObject({ verdict: 'warn' });
    expect(await verdictOf('clock-synchronised', { clock: ['1795000000.0', ''] })).toMatchObject({ verdict: 'unknown' });
  });

  it('restarts: a recent one and one that is pending', async () => {
    expect(await verdictOf('uptime', { boot: ['uptimeS=240.10'] })).toEqual({
      verdict: 'warn',
      summary: 'The host restarted 4 min ago',
      recipe: null,
    });
    expect(await verdictOf('reboot-pending', { boot: ['rebootRequired=yes', 'packages=libc6 linux-image '] })).toMatchObject({
      verdict: 'warn',
      summary: '2 updated packages wait for a restart',
    });
  });

  it('kernel: disk errors and whom it ended', async () => {
    const line = (text: string): string => `1795000000.000000 ada2 kernel: ${text}`;
    const errors = [line('I/O error, dev sda, sector 8 op 0x1:(WRITE)'), line('EXT4-fs (sda1): Remounting filesystem read-only')];
    expect(await verdictOf('disk-errors', { kernellog: errors })).toMatchObject({
      verdict: 'fail',
      summary: 'The kernel has remounted a disk read-only',
    });
    expect(await verdictOf('oom-kills', { kernellog: errors })).toMatchObject({ verdict: 'pass' });
    const kill = line(
      'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task_memcg=/system.slice/comfyui.service,task=python,pid=4,uid=9',
    );
    expect(await verdictOf('oom-kills', { kernellog: [kill] })).toMatchObject({
      verdict: 'warn',
      summary: 'The kernel ended 1 process for lack of memory: comfyui.service',
    });
    expect(await verdictOf('oom-kills', { kernellog: 'denied' })).toMatchObject({ verdict: 'unknown', recipe: 'least-privilege' });
  });
});
