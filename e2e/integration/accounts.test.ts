import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PromptAnswer } from '../../shared/capabilities/hosts/contract.ts';
import { PanelException } from '../../shared/errors.ts';
import { RELEASES, whyNoRealHost } from '../host/image.ts';
import type { RealHost } from '../host/real-host.ts';
import { type HostUnderTest, openRealHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';
import { applyShown, planRule, ruleLines } from './sudo-rule.ts';

const PURPOSE = { purpose: 'a test' };
const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'no error',
    (thrown: unknown) => (thrown instanceof PanelException ? thrown.panelError.code : String(thrown)),
  );

describe.skipIf(whyNoRealHost() !== null).each(RELEASES)('accounts and sudo of a real Debian %s', (release) => {
  let host: HostUnderTest;
  let real: RealHost;
  const panels: PanelUnderTest[] = [];
  const open = (user?: string, answer?: (attempt: number) => PromptAnswer): PanelUnderTest => {
    const panel = openPanel(host, {
      ...(user === undefined ? {} : { user }),
      ...(answer === undefined ? {} : { answer: (question) => answer('attempt' in question ? question.attempt : 1) }),
    });
    panels.push(panel);
    return panel;
  };
  const sudoers = (name: string, text: string): void => {
    real.run('sh', '-c', `printf '%s\\n' "$1" >/etc/sudoers.d/${name} && chmod 440 /etc/sudoers.d/${name}`, 'x', text);
  };
  beforeAll(async () => {
    host = await openRealHost(release);
    if (host.real === null) throw new Error('no real host');
    real = host.real;
  });
  afterEach(() => {
    for (const panel of panels.splice(0)) panel.dispose();
  });
  afterAll(async () => await host?.close());

  it.each(['chatty', 'tcshuser', 'fishuser'])('works for %s, whose login shell is another', async (user) => {
    const panel = open(user);
    await online(panel);
    const nasty = `a'b"c $HOME ! \\ \`x\` *`;
    expect(await panel.connection.exec(['printf', '%s', nasty])).toMatchObject({ exitCode: 0, stdout: nasty, stderr: '' });
    const facts = await until(() => panel.facts.current(), 'the facts');
    expect(facts.user).toBe(user);
    await until(() => panel.services.state().units.some((unit) => unit.name === 'invokeai.service'), 'the services');
    expect((await panel.services.discover()).map((unit) => unit.name)).toContain('nginx.service');
    expect(ruleLines(await planRule(panel, ['nginx.service'], { asRoot: false })).added).toContain(`${user} ALL=(root)`);
    const lines: string[] = [];
    const stream = panel.connection.lines(['printf', 'one\\ntwo\\n']);
    for await (const line of stream) lines.push(line);
    expect(lines).toEqual(['one', 'two']);
    expect((await stream.ended).stderr).toBe('');
    const asRoot = await panel.connection.exec(['id', '-un'], { sudo: PURPOSE });
    expect(asRoot.stdout).toBe('root\n');
  });

  it('names what a greeting does to SFTP, which is started through the login shell', async () => {
    const panel = open('chatty');
    await online(panel);
    expect(await codeOf(panel.connection.readFile('/etc/hostname'))).toBe('sftp-garbled');
    // The connection lives on.
    expect((await panel.connection.exec(['cat', '/etc/hostname'])).stdout).toBe('ada2\n');
    const quiet = open('tcshuser');
    await online(quiet);
    expect((await quiet.connection.readFile('/etc/hostname')).toString()).toBe('ada2\n');
  });

  it.each([
    ['noshell', /no login shell/, /chsh/],
    ['falseshell', /no login shell/, /chsh/],
    ['forced', /forced command/, /authorized_keys/],
    ['expired', /password .* has expired/, /new password/],
  ])('blocks for %s with the cause and the remedy', async (user, message, hint) => {
    const panel = open(user);
    const blocked = await until(() => panel.states.find((state) => state.kind === 'blocked'), 'the block');
    if (blocked.kind !== 'blocked') throw new Error('not blocked');
    expect(blocked.cause).toMatchObject({ code: 'login-shell-unusable', layer: 'host', retryable: false });
    expect(blocked.cause.message).toMatch(message);
    expect(blocked.cause.hint).toMatch(hint);
    expect(panel.states.map((state) => state.kind)).not.toContain('online');
  });

  it('says that the host lets nobody in, and that an account has expired', async () => {
    real.run('sh', '-c', 'echo "System is going down. See pam_nologin(8)." >/run/nologin');
    try {
      const panel = open();
      const away = await until(() => panel.states.find((state) => state.kind === 'reconnecting'), 'the refusal');
      expect(away).toMatchObject({ cause: { code: 'ssh-sign-in-closed' } });
      real.run('rm', '/run/nologin');
      await online(panel);
    } finally {
      real.run('rm', '-f', '/run/nologin');
    }
    real.run('chage', '-E', '1', 'watcher');
    try {
      const watcher = open('watcher');
      const blocked = await until(() => watcher.states.find((state) => state.kind === 'blocked'), 'the refusal');
      expect(blocked).toMatchObject({ cause: { code: 'ssh-account-closed' } });
    } finally {
      real.run('chage', '-E', '-1', 'watcher');
    }
  });

  it('takes the password once, and reports a wrong one or a missing permission', async () => {
    const panel = open();
    await online(panel);
    for (let n = 0; n < 2; n += 1) expect((await panel.connection.exec(['id', '-un'], { sudo: PURPOSE })).stdout).toBe('root\n');
    expect(panel.requested.map((question) => question.kind)).toEqual(['sudo-password']);
    const wrong = open(undefined, () => ({ kind: 'secret', secret: 'wrong' }));
    await online(wrong);
    expect(await codeOf(wrong.connection.exec(['id'], { sudo: PURPOSE }))).toBe('sudo-wrong-password');
    expect(wrong.requested).toHaveLength(3);
    const second = open(undefined, (attempt) => ({ kind: 'secret', secret: attempt === 1 ? 'wrong' : host.sudoPassword }));
    await online(second);
    expect((await second.connection.exec(['id', '-un'], { sudo: PURPOSE })).stdout).toBe('root\n');
    const cancelled = open(undefined, () => ({ kind: 'cancel' }));
    await online(cancelled);
    expect(await codeOf(cancelled.connection.exec(['id'], { sudo: PURPOSE }))).toBe('sudo-cancelled');
    const watcher = open('watcher');
    await online(watcher);
    expect(await codeOf(watcher.connection.exec(['id'], { sudo: PURPOSE }))).toBe('sudo-not-permitted');
  });

  it('gives back what the command itself said and how it ended', async () => {
    const panel = open();
    await online(panel);
    const failed = await panel.connection.exec(['/usr/bin/systemctl', 'start', 'fails-exit.service'], { sudo: PURPOSE });
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toMatch(/^Job for fails-exit.service failed/);
    const silent = await panel.connection.exec(['false'], { sudo: PURPOSE });
    expect(silent).toMatchObject({ exitCode: 1, stdout: '', stderr: '' });
    expect((await panel.connection.exec(['cat'], { sudo: PURPOSE, stdin: 'the input' })).stdout).toBe('the input');
  });

  it('takes the warning about an unresolvable host name for a warning', async () => {
    sudoers('tests-free', 'panel ALL=(root) NOPASSWD: /usr/bin/systemctl start fails-exit.service, /usr/bin/false');
    real.run('sh', '-c', 'cp /etc/hosts /etc/hosts.away; echo 127.0.0.1 localhost >/etc/hosts');
    try {
      const panel = open();
      await online(panel);
      const failed = await panel.connection.exec(['/usr/bin/systemctl', 'start', 'fails-exit.service'], { sudo: PURPOSE });
      if (release === 'bookworm') expect(failed.stderr).toMatch(/^sudo: unable to resolve host ada2/);
      expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Job for fails-exit.service failed') });
      expect(await panel.connection.exec(['/usr/bin/false'], { sudo: PURPOSE })).toMatchObject({ exitCode: 1 });
      expect(panel.requested).toEqual([]);
      expect((await panel.connection.exec(['id', '-un'], { sudo: PURPOSE })).stdout).toBe('root\n');
    } finally {
      real.run('sh', '-c', 'mv /etc/hosts.away /etc/hosts; rm /etc/sudoers.d/tests-free');
    }
  });

  it('installs the rule from its own bytes, and it allows exactly the units it names', async () => {
    const units = ['my\\x2dodd.service', 'a:b@c.service', 'tpl@x\\x2fy\\x2dz.service', '.hidden.service', 'nginx.service'];
    const others = [
      'myx2dodd.service',
      'my-odd.service',
      'my\\\\x2dodd.service',
      'a\\:b@c.service',
      'tpl@xx2fyx2dz.service',
      'xhidden.service',
      'nginx',
    ];
    const panel = open('fishuser');
    await online(panel);
    const plan = await planRule(panel, units, { asRoot: true });
    expect(await applyShown(panel, plan)).toMatchObject({ state: 'done', error: null });
    expect(await planRule(panel, units, { asRoot: true })).toMatchObject({ changes: 0 });
    try {
      expect(real.run('ls', '-lA', '/etc/sudoers.d/ada-panel')).toMatch(/^-r--r----- 1 root root /);
      expect(real.run('ls', '-A', '/etc/sudoers.d')).not.toContain('.ada-panel');
      const fresh = open('fishuser', () => ({ kind: 'cancel' }));
      await online(fresh);
      // What the real sudo does, not what its list seems to say: reset-failed of a unit that is not there fails by itself.
      const may = async (unit: string): Promise<string> =>
        await codeOf(fresh.connection.exec(['/usr/bin/systemctl', 'reset-failed', unit], { sudo: PURPOSE }));
      for (const unit of units) expect([unit, await may(unit)]).toEqual([unit, 'no error']);
      for (const unit of others) expect([unit, await may(unit)]).toEqual([unit, 'sudo-cancelled']);
      const listed = async (unit: string): Promise<boolean> => await fresh.connection.mayRunAsRoot(['/usr/bin/systemctl', 'restart', unit]);
      for (const unit of units) expect([unit, await listed(unit)]).toEqual([unit, true]);
      for (const unit of others) expect([unit, await listed(unit)]).toEqual([unit, false]);
      expect(real.run('cat', '/etc/sudoers.d/ada-panel')).toBe(ruleLines(plan).added);
    } finally {
      real.run('rm', '-f', '/etc/sudoers.d/ada-panel');
    }
  });

  it('says that there is doas, and no sudo', async () => {
    real.run('mv', '/usr/bin/sudo', '/usr/bin/sudo.away');
    try {
      const panel = open();
      await online(panel);
      const failed = await panel.connection.exec(['id'], { sudo: PURPOSE }).catch((thrown: unknown) => thrown);
      expect(failed).toMatchObject({ panelError: { code: 'sudo-missing', message: expect.stringContaining('doas') } });
      real.run('mv', '/usr/bin/doas', '/usr/bin/doas.away');
      const neither = await panel.connection.exec(['id'], { sudo: PURPOSE }).catch((thrown: unknown) => thrown);
      expect(neither).toMatchObject({ panelError: { code: 'sudo-missing', message: expect.not.stringContaining('doas') } });
    } finally {
      real.run('sh', '-c', 'mv /usr/bin/sudo.away /usr/bin/sudo; mv /usr/bin/doas.away /usr/bin/doas || true');
    }
  });

  it('names a second factor of sudo, whether it is asked first or last', async () => {
    const secret = randomBytes(20).toString('hex');
    real.run('sh', '-c', `umask 077; echo 'HOTP panel - ${secret}' >/etc/users.oath; cp /etc/pam.d/sudo /etc/pam.d/sudo.away`);
    try {
      const oath = 'auth requisite pam_oath.so usersfile=/etc/users.oath window=5';
      real.run('sh', '-c', `{ cat /etc/pam.d/sudo.away; echo '${oath}'; } >/etc/pam.d/sudo`);
      const last = open();
      await online(last);
      expect(await codeOf(last.connection.exec(['id'], { sudo: PURPOSE }))).toBe('sudo-second-factor');
      expect(last.requested).toHaveLength(1);
      real.run('sh', '-c', `{ echo '${oath}'; cat /etc/pam.d/sudo.away; } >/etc/pam.d/sudo`);
      const first = open();
      await online(first);
      expect(await codeOf(first.connection.exec(['id'], { sudo: PURPOSE }))).toBe('sudo-second-factor');
      expect(first.requested).toEqual([]);
    } finally {
      real.run('mv', '/etc/pam.d/sudo.away', '/etc/pam.d/sudo');
    }
  });

  it.runIf(release === 'bookworm')('asks for the password that sudo wants: of the user, or of root', async () => {
    real.run('sh', '-c', 'echo root:rootpass | chpasswd');
    for (const flag of ['rootpw', 'targetpw', 'runaspw']) {
      sudoers('tests-whose', `Defaults ${flag}`);
      const panel = open(undefined, () => ({ kind: 'secret', secret: 'rootpass' }));
      await online(panel);
      expect((await panel.connection.exec(['id', '-un'], { sudo: PURPOSE })).stdout).toBe('root\n');
      expect(panel.requested).toMatchObject([{ kind: 'sudo-password', user: 'root', attempt: 1 }]);
    }
    sudoers('tests-whose', '# nothing');
    const own = open();
    await online(own);
    await own.connection.exec(['id'], { sudo: PURPOSE });
    expect(own.requested).toMatchObject([{ kind: 'sudo-password', user: 'panel' }]);
    real.run('rm', '/etc/sudoers.d/tests-whose');
  });

  it.runIf(release === 'bookworm')('asks where sudo -v asks nothing, and takes the prompt of the host for what it is', async () => {
    const free = 'panel ALL=(root) NOPASSWD: /usr/bin/true';
    for (const text of [`Defaults verifypw=any\n${free}`, 'Defaults passprompt="Kennwort fuer %p: "', 'Defaults passprompt="your word "']) {
      sudoers('tests-prompt', text);
      const panel = open();
      await online(panel);
      expect((await panel.connection.exec(['id', '-un'], { sudo: PURPOSE })).stdout).toBe('root\n');
      expect(panel.requested).toMatchObject([{ kind: 'sudo-password', user: 'panel', attempt: 1 }]);
    }
    sudoers('tests-prompt', 'panel ALL=(ALL, !root) NOPASSWD: ALL');
    const other = open();
    await online(other);
    expect(await other.connection.mayRunAsRoot(['/usr/bin/id'])).toBe(false);
    real.run('rm', '/etc/sudoers.d/tests-prompt');
  });

  it.runIf(release === 'bookworm')('says that sudo wants a terminal, and that the password has expired', async () => {
    sudoers('tests-tty', 'Defaults requiretty');
    const panel = open();
    await online(panel);
    expect(await codeOf(panel.connection.exec(['id'], { sudo: PURPOSE }))).toBe('sudo-needs-terminal');
    real.run('rm', '/etc/sudoers.d/tests-tty');
    real.run('chage', '-d', '0', host.profile.user);
    try {
      expect(await codeOf(panel.connection.exec(['id'], { sudo: PURPOSE }))).toBe('sudo-password-expired');
    } finally {
      real.run('chage', '-d', '-1', host.profile.user);
    }
  });
});
