import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../fixtures/samples.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../shared/host-scripts/index.ts';
import { SHOW_PROPERTIES } from '../../shared/host-scripts/services.ts';
import { bareMachine, run } from '../testing/program.ts';
import { commandsWithoutPassword, firstSyntaxError } from './sudoers.ts';

const DROP_IN = `# Ada Panel
Cmnd_Alias ADA_SVC = /usr/bin/systemctl start invokeai.service, \\
    /usr/bin/systemctl restart invokeai.service
operator ALL=(root) NOPASSWD: ADA_SVC, /usr/sbin/nginx -t
`;
const RESTART = ['/usr/bin/systemctl', 'reset-failed', 'invokeai.service'];

describe('nvidia-smi', () => {
  it('prints a row by the fields asked for, old names included', async () => {
    const ran = await run(bareMachine(), [
      'nvidia-smi',
      '--query-gpu=uuid,memory.total,clocks_throttle_reasons.active,temperature.memory',
      '--format=csv,noheader,nounits',
    ]);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(/^GPU-[0-9a-f-]{36}, 46068, 0x[0-9A-F]{16}, N\/A\n$/);
  });

  it('prints current names and units in the header', async () => {
    const ran = await run(bareMachine(), ['nvidia-smi', '--query-gpu=clocks.sm,power.draw', '--format=csv']);
    expect(ran.stdout).toMatch(/^clocks\.current\.sm \[MHz\], power\.draw \[W\]\n\d+ MHz, \d+\.\d\d W\n$/);
  });

  it('lists the instances of a divided card below it, in the columns of the real program', async () => {
    const machine = bareMachine();
    machine.simulation.faults.add('four-gpus');
    const columnsOf = (text: string) =>
      new Set(
        (text.match(/^ {2}MIG .*$/gm) ?? []).map((line) => `${line.indexOf('Device')}, ${line.indexOf(':')}, ${line.indexOf('(UUID')}`),
      );
    const listed = columnsOf((await run(machine, ['nvidia-smi', '-L'])).stdout);
    expect(listed.size).toBeGreaterThan(0);
    expect(listed).toEqual(columnsOf(fixture('nvidia-smi', 'list-mig.txt')));
  });

  it('fails the whole query for one unknown field, on stdout', async () => {
    const ran = await run(bareMachine(), ['nvidia-smi', '--query-gpu=uuid,nope', '--format=csv,noheader']);
    expect(ran).toEqual({ exitCode: 2, stdout: 'Field "nope" is not a valid field to query.\n\n', stderr: '' });
  });

  it('lists every field it answers in its help', async () => {
    const machine = bareMachine();
    const help = (await run(machine, ['nvidia-smi', '--help-query-gpu'])).stdout;
    const names = [...help.matchAll(/\n\n((?:"[^"]+"(?: or )?)+)/g)].flatMap((match) =>
      [...(match[1] ?? '').matchAll(/"([^"]+)"/g)].map((name) => name[1] ?? ''),
    );
    expect(names).toContain('memory.reserved');
    expect(names).toContain('clocks_throttle_reasons.active');
    const ran = await run(machine, ['nvidia-smi', `--query-gpu=${names.join(',')}`, '--format=csv,noheader,nounits']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout.trimEnd().split(', ')).toHaveLength(names.length);
  });

  it.each([
    ['driver-mismatch', 18, 'Driver/library version mismatch'],
    ['gpu-lost', 15, 'GPU is lost'],
    ['nvidia-smi-missing', 127, ''],
  ] as const)('fails as %s', async (fault, exitCode, said) => {
    const machine = bareMachine();
    machine.simulation.faults.add(fault);
    const ran = await run(machine, ['nvidia-smi', '--query-gpu=uuid', '--format=csv,noheader']);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stdout).toContain(said);
  });
});

describe('systemctl', () => {
  it('shows units in systemd’s order with a blank line between, a missing one too, exit code 0', async () => {
    const ran = await run(bareMachine(), [
      'systemctl',
      'show',
      '-p',
      SHOW_PROPERTIES,
      '--timestamp=unix',
      '--no-pager',
      '--',
      'invokeai.service',
      'nosuch.service',
    ]);
    expect(ran.exitCode).toBe(0);
    const [invokeai = '', missing = ''] = ran.stdout.split('\n\n');
    expect(invokeai.indexOf('MainPID=')).toBeLessThan(invokeai.indexOf('Id='));
    expect(invokeai).toMatch(/ActiveEnterTimestamp=@\d{10}\n/);
    expect(invokeai).toContain('RequiredBy=invokeai-openai-images-shim.service\n');
    expect(missing).toContain('LoadState=not-found\nActiveState=inactive');
  });

  it('refuses verbs without root, and knows missing and masked units', async () => {
    const machine = bareMachine();
    expect((await run(machine, ['systemctl', 'stop', 'nginx.service'])).stderr).toContain('Interactive authentication required.');
    expect((await run(machine, ['systemctl', 'start', 'nosuch.service'], { user: 'root' })).exitCode).toBe(5);
    machine.simulation.faults.add('unit-masked');
    const masked = await run(machine, ['systemctl', 'start', 'comfyui.service'], { user: 'root' });
    expect(masked).toMatchObject({ exitCode: 1, stderr: 'Failed to start comfyui.service: Unit comfyui.service is masked.\n' });
  });

  it('prints tables and worded times as systemd 239', async () => {
    const machine = bareMachine();
    machine.simulation.faults.add('systemd-239');
    const list = await run(machine, ['systemctl', 'list-units', '--type=service', '--all', '--output=json', '--plain', '--no-legend']);
    expect(list.stdout).toMatch(/^nginx\.service +loaded +active +running +\S/m);
    expect((await run(machine, ['systemctl', 'show', '-p', 'Id', '--timestamp=unix', '--', 'nginx.service'])).exitCode).toBe(1);
    const worded = ['env', 'TZ=UTC', 'systemctl', 'show', '-p', 'ActiveEnterTimestamp', '--', 'nginx.service'];
    expect((await run(machine, worded)).stdout).toMatch(/^ActiveEnterTimestamp=[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/m);
  });

  it('enables and disables', async () => {
    const machine = bareMachine();
    await run(machine, ['systemctl', 'enable', 'comfyui.service'], { user: 'root' });
    expect((await run(machine, ['systemctl', 'is-enabled', 'comfyui.service'])).stdout).toBe('enabled\n');
    const files = JSON.parse(
      (await run(machine, ['systemctl', 'list-unit-files', '--type=service', '--output=json', '--no-pager'])).stdout,
    ) as unknown;
    expect(files).toContainEqual({ unit_file: 'comfyui.service', state: 'enabled', preset: 'enabled' });
  });
});

describe('sudo', () => {
  it('never asks with -n', async () => {
    expect(await run(bareMachine(), ['sudo', '-n', '--', ...RESTART])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'sudo: a password is required\n',
    });
  });

  it('takes the right password and leaves the rest of stdin to the command', async () => {
    const ran = await run(bareMachine(), ['sudo', '-k', '-S', '-p', 'PW?', '--', 'cat'], { stdin: 'lab\nfor the command' });
    expect(ran).toEqual({ exitCode: 0, stdout: 'for the command', stderr: 'PW?' });
  });

  it('says so for a wrong one, at most three times', async () => {
    const once = await run(bareMachine(), ['sudo', '-k', '-S', '-p', 'PW?', '--', 'true'], { stdin: 'wrong\nlab\n' });
    expect(once).toEqual({ exitCode: 0, stdout: '', stderr: 'PW?Sorry, try again.\nPW?' });
    const never = await run(bareMachine(), ['sudo', '-S', '-p', 'PW?', '--', 'true'], { stdin: 'a\nb\nc\n' });
    expect(never).toMatchObject({ exitCode: 1 });
    expect(never.stderr).toContain('sudo: 3 incorrect password attempts');
    const ended = await run(bareMachine(), ['sudo', '-S', '-p', 'PW?', '--', 'true'], { stdin: 'a\n' });
    expect(ended.stderr).toContain('sudo: no password was provided\nsudo: 1 incorrect password attempt');
  });

  it('validates with -v', async () => {
    const ran = await run(bareMachine(), ['sudo', '-k', '-S', '-p', 'PW?', '-v'], { stdin: 'lab\n' });
    expect(ran).toEqual({ exitCode: 0, stdout: '', stderr: 'PW?' });
  });

  it('refuses who is not in sudoers: a command after the password, -v before it', async () => {
    const machine = bareMachine();
    machine.simulation.faults.add('sudo-refused');
    const ran = await run(machine, ['sudo', '-S', '-p', 'PW?', '--', 'true'], { stdin: 'lab\n' });
    expect(ran).toEqual({ exitCode: 1, stdout: '', stderr: 'PW?operator is not in the sudoers file.\n' });
    const proof = await run(machine, ['sudo', '-S', '-p', 'PW?', '-v'], { stdin: 'lab\n' });
    expect(proof).toEqual({ exitCode: 1, stdout: '', stderr: 'Sorry, user operator may not run sudo on ada2.\n' });
  });

  it('needs no password for exactly the installed commands', async () => {
    const machine = bareMachine();
    machine.files.write('/tmp/ada', Buffer.from(DROP_IN), { user: 'operator' });
    expect((await run(machine, ['visudo', '-cf', '/tmp/ada'])).exitCode).toBe(0);
    const installed = await run(
      machine,
      ['sudo', '-S', '-p', '', '--', '/usr/bin/install', '-o', 'root', '-g', 'root', '-m', '0440', '/tmp/ada', '/etc/sudoers.d/ada-panel'],
      { stdin: 'lab\n' },
    );
    expect(installed).toMatchObject({ exitCode: 0 });
    expect((await run(machine, ['cat', '/etc/sudoers.d/ada-panel'])).stderr).toContain('Permission denied');
    const all = await run(machine, ['sudo', '-n', '-ll']);
    expect(all.stdout).toContain('    Options: !authenticate\n    Commands:\n\t/usr/bin/systemctl ');
    const list = await run(machine, ['sudo', '-n', '-l', '--', '/usr/bin/systemctl', 'start', 'invokeai.service']);
    expect(list).toMatchObject({ exitCode: 0, stdout: '/usr/bin/systemctl start invokeai.service\n' });
    expect((await run(machine, ['sudo', '-n', '--', '/usr/bin/systemctl', 'start', 'invokeai.service'])).exitCode).toBe(0);
    expect((await run(machine, ['sudo', '-n', '--', '/usr/bin/systemctl', '--no-block', 'start', 'invokeai.service'])).exitCode).toBe(1);
  });

  it('finds the first line that is no sudoers syntax', () => {
    expect(firstSyntaxError(DROP_IN)).toBeNull();
    expect(firstSyntaxError(`${DROP_IN}garbage here\n`)).toBe(5);
    expect(commandsWithoutPassword(DROP_IN, 'somebody')).toEqual(new Set());
    fc.assert(fc.property(fc.string(), (text) => void commandsWithoutPassword(text, 'operator')));
  });
});

describe('host scripts', () => {
  it('answers the facts', async () => {
    const ran = await run(bareMachine(), scriptArgv(HOST_SCRIPTS.facts));
    expect(ran.stdout).toMatch(/^clock=\d+\.\d{9}\n/);
    expect(ran.stdout).toContain('\nuser=operator\n');
  });

  it('joins processes with their unit', async () => {
    const ran = await run(bareMachine(), scriptArgv(HOST_SCRIPTS.gpuProcesses));
    const [apps = '', ps = '', groups = ''] = ran.stdout.split('\u001e');
    expect(apps).toMatch(/^GPU-[0-9a-f-]+, \d+, \/var\/lib\/invokeai\/venv\/bin\/python, \d+\n$/);
    expect(ps).toMatch(/^0\n +\d+ invokeai +\d+ .*invokeai-web --root \/var\/lib\/invokeai\n$/);
    expect(groups).toMatch(/^\n\d+ 0::\/system\.slice\/invokeai\.service\n$/);
  });

  it('refuses a script whose text it does not know, and says which', async () => {
    const changed = await run(bareMachine(), ['sh', '-c', `${HOST_SCRIPTS.facts.text}\n`, HOST_SCRIPTS.facts.name]);
    expect(changed.exitCode).toBe(127);
    expect(changed.stderr).toContain('ada-facts differs');
    expect((await run(bareMachine(), ['sh', '-c', 'rm -rf /', 'x'])).exitCode).toBe(127);
  });
});
