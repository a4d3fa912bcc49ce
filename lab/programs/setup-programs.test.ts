import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../fixtures/patience.ts';
import { HOST_SCRIPTS, type HostScript, RECORD_SEPARATOR, scriptArgv } from '../../shared/host-scripts/index.ts';
import { SETUP_EXITS, SETUP_FILE_EXITS } from '../../shared/host-scripts/setup.ts';
import { bareMachine, type Ran, run } from '../testing/program.ts';
import type { Machine } from './process.ts';

let machine: Machine;
let ticker: NodeJS.Timeout;

beforeEach(() => {
  machine = bareMachine({ historyMs: 10_000, bare: true });
  machine.simulation.faults.add('downloads-are-fast');
  let now = 1_795_000_000_000;
  // Twenty times as fast as outside.
  ticker = setInterval(() => {
    now += 200;
    machine.simulation.advanceTo(now);
  }, 10);
});
afterEach(() => clearInterval(ticker));

const asRoot = (script: HostScript, args: readonly string[], stdin = ''): Promise<Ran> =>
  run(machine, scriptArgv(script, ...args), { user: 'root', stdin });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const fileHead = (path: string, text: string, o: { readonly mode?: string; readonly old?: string; readonly check?: string } = {}): string =>
  `${path} root root ${o.mode ?? '644'} ${sha256(text)} ${o.old === undefined ? '-' : sha256(o.old)} ${Buffer.byteLength(text)} ${o.check ?? '-'}\n${text}`;
const writeFile = (...args: Parameters<typeof fileHead>): Promise<Ran> => asRoot(HOST_SCRIPTS.setupFiles, ['STAMP'], fileHead(...args));
const packages = (...names: readonly string[]): Promise<Ran> => asRoot(HOST_SCRIPTS.setupPackages, names);
const textAt = (path: string): string => machine.files.read(path, 'root').toString('utf8');
const systemctl = (...args: readonly string[]): Promise<Ran> => run(machine, ['systemctl', ...args], { user: 'root' });

describe('files of a setup', () => {
  it('writes several, with a backup of what was there, and says what stays as it is', async () => {
    expect(await asRoot(HOST_SCRIPTS.setupFiles, ['ONE'], fileHead('/etc/a', 'a\n') + fileHead('/etc/b', '', { mode: '600' }))).toEqual({
      exitCode: 0,
      stdout: 'written /etc/a\nwritten /etc/b\n',
      stderr: '',
    });
    expect(machine.files.lstat('/etc/b', 'root')).toMatchObject({ mode: 0o600, owner: 'root' });
    expect((await writeFile('/etc/a', 'a\n', { old: 'a\n' })).stdout).toBe('same /etc/a\n');
    expect((await writeFile('/etc/a', 'new\n', { old: 'a\n' })).stdout).toBe('written /etc/a\n');
    expect([textAt('/etc/a'), textAt('/etc/a.ada-STAMP.bak')]).toEqual(['new\n', 'a\n']);
  });

  it('writes nothing over what was not shown, through a link, into a folder of others, or that is rejected', async () => {
    await writeFile('/etc/a', 'a\n');
    expect(await writeFile('/etc/a', 'b\n')).toMatchObject({ exitCode: SETUP_FILE_EXITS.changed, stdout: 'changed /etc/a\n' });
    machine.files.makeLink('/etc/link', '/etc/a', 'root');
    expect((await writeFile('/etc/link', 'b\n')).exitCode).toBe(SETUP_FILE_EXITS.notAFile);
    expect((await writeFile('/tmp/a', 'b\n')).exitCode).toBe(SETUP_FILE_EXITS.unsafe);
    expect((await writeFile('/nowhere/a', 'b\n')).exitCode).toBe(SETUP_FILE_EXITS.noFolder);
    expect((await writeFile('/etc/sudoers.d/a', 'no rule', { check: 'visudo' })).exitCode).toBe(SETUP_FILE_EXITS.rejected);
    const unit = await writeFile('/etc/systemd/system/a.service', '[Service]\nExecStart=/nowhere/a\n', { check: 'unit' });
    expect(unit).toMatchObject({ exitCode: SETUP_FILE_EXITS.rejected, stderr: expect.stringContaining('is not executable') });
    machine.simulation.faults.add('setup-disk-full');
    expect((await writeFile('/etc/full', 'b\n')).stderr).toContain('No space left on device');
    expect(textAt('/etc/a')).toBe('a\n');
    expect(machine.files.list('/etc', 'root').filter((name) => name.startsWith('.ada'))).toEqual([]);
  });

  it('moves what is removed to a folder of root', async () => {
    await writeFile('/etc/a', 'a\n');
    expect((await asRoot(HOST_SCRIPTS.setupRemove, ['STAMP', '/etc/a', '/etc/absent'])).stdout).toBe('removed /etc/a\n');
    expect(textAt('/var/lib/ada-panel/removed/STAMP/etc/a')).toBe('a\n');
  });
});

describe('the lock of a setup', () => {
  it('has one holder, who can be followed by another one only with the token', async () => {
    const lock = (...args: readonly string[]): Promise<Ran> => asRoot(HOST_SCRIPTS.setupLock, args);
    expect((await lock('acquire', 'one', 'anna: InvokeAI')).exitCode).toBe(0);
    expect((await lock('acquire', 'one', 'anna: InvokeAI')).exitCode).toBe(0);
    const held = await lock('acquire', 'two', 'bert');
    expect(held).toMatchObject({ exitCode: SETUP_EXITS.held, stdout: expect.stringMatching(/^one\nanna: InvokeAI\nage=\d+\n$/) });
    expect((await lock('take', 'two', 'bert', 'nobody')).exitCode).toBe(SETUP_EXITS.held);
    expect((await lock('take', 'two', 'bert', 'one')).exitCode).toBe(0);
    expect((await lock('refresh', 'one')).exitCode).toBe(SETUP_EXITS.held);
    expect((await lock('refresh', 'two')).exitCode).toBe(0);
    await lock('release', 'two');
    expect((await lock('refresh', 'two')).exitCode).toBe(SETUP_EXITS.held);
  });
});

describe('the guard of a setup', () => {
  const UNIT = '/etc/systemd/system/new.service';
  const change = async (): Promise<void> => {
    await writeFile('/etc/a', 'new\n', { old: 'old\n' });
    await writeFile(UNIT, '[Service]\nExecStart=/usr/bin/sleep 9\n[Install]\nWantedBy=multi-user.target\n');
    await run(machine, ['gpasswd', '-a', 'operator', 'systemd-journal'], { user: 'root' });
    await systemctl('daemon-reload');
    expect((await systemctl('enable', '--now', '--', 'new.service')).exitCode).toBe(0);
  };
  const arm = async (seconds: number): Promise<void> => {
    await writeFile('/etc/a', 'old\n');
    const manifest = `path /etc/a\npath ${UNIT}\nmember operator systemd-journal\nunit new.service restart\n`;
    expect((await asRoot(HOST_SCRIPTS.setupGuard, ['arm', 'x', String(seconds)], manifest)).exitCode).toBe(0);
    expect(machine.files.list('/var/lib/ada-panel/guards', 'root')).toEqual(['x']);
  };
  const isOld = (): boolean =>
    textAt('/etc/a') === 'old\n' &&
    !machine.files.list('/etc/systemd/system', 'root').includes('new.service') &&
    !machine.simulation.users.groupsOf('operator').includes('systemd-journal') &&
    !machine.simulation.units.units.has('new.service');

  it('keeps what is confirmed', async () => {
    await arm(600);
    await change();
    expect((await asRoot(HOST_SCRIPTS.setupGuard, ['confirm', 'x'])).exitCode).toBe(0);
    expect(machine.files.list('/var/lib/ada-panel/guards', 'root')).toEqual([]);
    expect((await asRoot(HOST_SCRIPTS.setupGuard, ['confirm', 'x'])).exitCode).toBe(SETUP_EXITS.missing);
    expect((await systemctl('is-active', 'new.service')).stdout).toBe('active\n');
  });

  it('puts the old state back at request', async () => {
    await arm(600);
    await change();
    expect((await asRoot(HOST_SCRIPTS.setupGuard, ['revert', 'x'])).exitCode).toBe(0);
    expect(isOld()).toBe(true);
  });

  it('puts it back by itself in time, also across a reboot', async () => {
    await arm(60);
    await change();
    machine.simulation.reboot();
    await vi.waitUntil(isOld, PATIENCE);
    expect((await asRoot(HOST_SCRIPTS.setupGuard, ['confirm', 'x'])).exitCode).toBe(SETUP_EXITS.reverted);
  });
});

describe('long steps', () => {
  const UNIT = 'ada-panel-setup-test.service';
  const start = (script: HostScript, user: string, ...args: readonly string[]): Promise<Ran> =>
    asRoot(HOST_SCRIPTS.setupStart, [UNIT, user, script.text, ...args]);
  const follow = async (): Promise<string> => (await asRoot(HOST_SCRIPTS.setupFollow, [UNIT, '-', '0'])).stdout;

  it('run as a unit whose result stays until it is stopped', async () => {
    expect((await start(HOST_SCRIPTS.setupPackages, 'root', 'git')).exitCode).toBe(0);
    const ended = await vi.waitUntil(async () => {
      const text = await follow();
      return text.includes('SubState=exited') ? text : null;
    }, PATIENCE);
    expect(ended).toContain('Setting up git (1:2.43.0-1ubuntu7.3) ...');
    expect(ended.replaceAll(RECORD_SEPARATOR, 'RS')).toMatch(/\n-- cursor: s=[0-9a-f;=a-z]+\nRS\n(.+\n)*ExecMainStatus=0\n/);
    expect((await start(HOST_SCRIPTS.setupPackages, 'root', 'git')).stderr).toContain('already loaded');
    await systemctl('stop', '--', UNIT);
    expect(await follow()).toContain('LoadState=not-found');
  });

  it('fail with their exit status, which a reset clears', async () => {
    await start(HOST_SCRIPTS.setupPackages, 'root', 'no-such-package');
    const ended = await vi.waitUntil(async () => {
      const text = await follow();
      return text.includes('ActiveState=failed') ? text : null;
    }, PATIENCE);
    expect(ended).toContain('E: Unable to locate package no-such-package');
    expect(ended).toContain('ExecMainStatus=100');
    await systemctl('reset-failed', '--', UNIT);
    expect(await follow()).toContain('LoadState=not-found');
  });

  it('wait in the words of apt while another program holds its lock', async () => {
    machine.simulation.faults.add('setup-apt-lock-held');
    await start(HOST_SCRIPTS.setupPackages, 'root', 'git');
    await vi.waitUntil(async () => (await follow()).includes('Waiting for cache lock: Could not get lock'), PATIENCE);
    machine.simulation.faults.delete('setup-apt-lock-held');
    await vi.waitUntil(async () => (await follow()).includes('SubState=exited'), PATIENCE);
  });

  it('end with their unit, and leave what is done', async () => {
    machine.simulation.faults.delete('downloads-are-fast');
    await packages('python3-venv');
    machine.files.makeFolder('/srv/env', { user: 'root' });
    await start(HOST_SCRIPTS.setupEnvironment, 'root', '/srv/env/one', 'venv', '/usr/bin/python3', '-', '-', 'MARK', 'torch');
    await vi.waitUntil(async () => (await follow()).includes('Collecting torch'), PATIENCE);
    await systemctl('stop', '--', UNIT);
    expect(machine.files.list('/srv/env/one', 'root')).not.toContain('.ada-panel');
  });
});

describe('packages, environments and checkouts', () => {
  it('installs what packages bring and starts their services', async () => {
    expect((await run(machine, ['nginx', '-t'], { user: 'root' })).exitCode).toBe(127);
    const { stdout, exitCode } = await packages('nginx');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/NEW packages will be installed:\n {2}nginx nginx-common\n/);
    expect(stdout).toMatch(/Need to get 564 kB of archives\./);
    expect((await systemctl('is-active', 'nginx.service')).stdout).toBe('active\n');
    expect((await run(machine, ['nginx', '-t'], { user: 'root' })).stderr).toContain('syntax is ok');
    machine.files.write('/etc/nginx/sites-enabled/broken', Buffer.from('server {\n'), { user: 'root' });
    expect((await run(machine, ['nginx', '-t'], { user: 'root' })).stderr).toMatch(/\[emerg\] unexpected end of file.* in \S+broken:1\n/);
    expect((await systemctl('restart', 'nginx.service')).exitCode).toBe(1);
    expect((await packages('nginx')).stdout).toContain('nginx is already the newest version');
  });

  it('makes an environment for its user, with the programs of its distributions', async () => {
    machine.files.makeFolder('/srv/app', { user: 'root' });
    const args = ['/srv/app/env', 'venv', '/usr/bin/python3.12', '-', '-', 'MARK', 'invokeai==6.14.2', 'torch==2.7.1'];
    const environment = (): Promise<Ran> => asRoot(HOST_SCRIPTS.setupEnvironment, args);
    expect((await environment()).stdout + (await environment()).stderr).toContain('ensurepip is not');
    await packages('python3-venv');
    expect((await run(machine, scriptArgv(HOST_SCRIPTS.setupEnvironment, ...args))).stderr).toContain('[Errno 13] Permission denied');
    machine.simulation.faults.add('setup-download-fails');
    expect((await environment()).stderr).toContain('ERROR: No matching distribution found for invokeai==6.14.2');
    machine.simulation.faults.delete('setup-download-fails');
    expect((await environment()).stdout).toMatch(/^Successfully installed invokeai-6\.14\.2 torch-2\.7\.1 /m);
    expect(textAt('/srv/app/env/.ada-panel')).toBe('MARK\n');
    expect(machine.files.isProgram('/srv/app/env/bin/invokeai-web')).toBe(true);
    machine.simulation.faults.add('disk-full');
    expect((await environment()).stderr).toContain('[Errno 28] No space left on device');
  });

  it('clones a tag as git leaves it', async () => {
    const clone = (tag: string): Promise<Ran> =>
      asRoot(HOST_SCRIPTS.setupCheckout, ['/srv/ComfyUI', 'https://host.test/comfy/ComfyUI', tag]);
    expect((await clone('v1')).exitCode).toBe(127);
    await packages('git');
    expect((await clone('no-such-tag')).stderr).toContain('Remote branch no-such-tag not found');
    expect((await clone('v1')).exitCode).toBe(0);
    expect(textAt('/srv/ComfyUI/.git/packed-refs')).toContain(`${textAt('/srv/ComfyUI/.git/HEAD').trim()} refs/tags/v1`);
  });
});

describe('units from files', () => {
  it('fail as systemd has it when their program, folder or user is missing', async () => {
    const status = async (service: string): Promise<string> => {
      machine.files.write('/etc/systemd/system/x.service', Buffer.from(`[Service]\nType=exec\n${service}\n`), { user: 'root' });
      await systemctl('daemon-reload');
      const { exitCode } = await systemctl('restart', 'x.service');
      const { stdout } = await systemctl('show', '-p', 'ExecMainStatus', '--value', 'x.service');
      return `${exitCode} ${stdout.trim()}`;
    };
    expect(await status('ExecStart=/srv/absent/bin/python main.py')).toBe('1 203');
    expect(await status('WorkingDirectory=/srv/absent\nExecStart=/usr/bin/sleep 9')).toBe('1 200');
    expect(await status('User=absent\nExecStart=/usr/bin/sleep 9')).toBe('1 217');
    expect(await status('ExecStart=/usr/bin/python3 /srv/absent.py')).toBe('1 1');
    expect(await status('ExecStart=/usr/bin/sleep 9')).toBe('0 0');
  });

  it('replace those that they conflict with', async () => {
    const unit = (conflicts: string): Buffer => Buffer.from(`[Unit]\nConflicts=${conflicts}\n[Service]\nExecStart=/usr/bin/sleep 9\n`);
    machine.files.write('/etc/systemd/system/a.service', unit('b.service'), { user: 'root' });
    machine.files.write('/etc/systemd/system/b.service', unit(''), { user: 'root' });
    await systemctl('start', 'b.service');
    await systemctl('start', 'a.service');
    await vi.waitUntil(async () => (await systemctl('is-active', 'b.service')).stdout === 'inactive\n', PATIENCE);
    expect((await systemctl('is-active', 'a.service')).stdout).toBe('active\n');
  });
});
