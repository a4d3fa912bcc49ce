import { describe, expect, it } from 'vitest';
import type { ActionProgress, Verb } from '../../shared/capabilities/services/contract.ts';
import { HOSTS } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';
import { applyShown, planRule, ruleLines } from './sudo-rule.ts';
import { useHost } from './use-host.ts';

describe.each(HOSTS)('the services of the %s', (kind) => {
  const { host, panel } = useHost(kind, async ({ panel }) => {
    await until(() => panel.services.state().units.length > 0, 'the units');
  });

  const unit = (name: string) =>
    panel()
      .services.state()
      .units.find((entry) => entry.name === name);
  /** Does it, and resolves with how it ended. */
  const act = (name: string, verb: Verb, from: PanelUnderTest = panel()): Promise<Extract<ActionProgress, { kind: 'done' | 'failed' }>> =>
    new Promise((resolve) => {
      const stop = from.services.onAction((progress) => {
        if (progress.unit !== name || progress.verb !== verb || (progress.kind !== 'done' && progress.kind !== 'failed')) return;
        stop();
        resolve(progress);
      });
      from.services.act(name, verb);
    });

  it('finds the units that matter, with what systemd says of them', async () => {
    const invokeai = await until(() => unit('invokeai.service'), 'invokeai');
    expect(invokeai).toMatchObject({ loadState: 'loaded', activeState: 'active', subState: 'running', verdict: { tone: 'good' } });
    expect(invokeai.mainPid).toBeGreaterThan(1);
    expect(invokeai.activeEnteredAt).toBeGreaterThan(Date.now() - 30 * 86_400_000);
    expect(unit('nginx.service')?.activeState).toBe('active');
    expect(unit('invokeai-openai-images-shim.service')).toBeDefined();
  });

  it('says what stopping takes with it', async () => {
    const consequences = await panel().services.consequences('invokeai.service', 'stop');
    expect(consequences.alsoStops).toContain('invokeai-openai-images-shim.service');
    expect(consequences.sentences.join(' ')).toMatch(/images-shim|images shim/);
  });

  it('stops and starts with a sudo password asked once, and shows what systemd says after', async () => {
    panel().requested.length = 0;
    expect(await act('nginx.service', 'stop')).toMatchObject({ kind: 'done', activeState: 'inactive' });
    await until(() => unit('nginx.service')?.activeState === 'inactive', 'the list to say so');
    expect(await act('nginx.service', 'start')).toMatchObject({ kind: 'done', activeState: 'active', subState: 'running' });
    expect(await act('nginx.service', 'restart')).toMatchObject({ kind: 'done', activeState: 'active' });
    expect(panel().requested.filter((question) => question.kind === 'sudo-password')).toHaveLength(1);
  });

  it('enables and disables', async () => {
    expect(await act('nginx.service', 'disable')).toMatchObject({ kind: 'done' });
    await until(() => unit('nginx.service')?.unitFileState === 'disabled', 'disabled');
    expect(await act('nginx.service', 'enable')).toMatchObject({ kind: 'done' });
    await until(() => unit('nginx.service')?.unitFileState === 'enabled', 'enabled');
  });

  /** Milliseconds until a panel shows each of some changes that were made on the host itself. */
  const shownAfterMs = async (from: PanelUnderTest, changes: number): Promise<readonly number[]> => {
    const waited: number[] = [];
    for (let change = 0; change < changes; change += 1) {
      const [verb, activeState] = change % 2 === 0 ? (['stop', 'inactive'] as const) : (['start', 'active'] as const);
      const shown = new Promise<number>((resolve) => {
        const stop = from.services.onChange((state) => {
          if (state.units.find((entry) => entry.name === 'nginx.service')?.activeState !== activeState) return;
          stop();
          resolve(Date.now());
        });
      });
      await host().change('nginx.service', verb);
      const changedAt = Date.now();
      waited.push((await shown) - changedAt);
    }
    return waited.sort((a, b) => a - b);
  };
  /** Loops on the host that read the units twice a second; null on the lab, which has no processes to count. */
  const hostLoops = (): number | null => {
    const found = host().real?.run('sh', '-c', "pgrep -fc '^sh -c prev=.*ada-unit-watc[h]' || true");
    return found === undefined ? null : Number(found);
  };

  it('shows a change made on the host within a second, by the journal of PID 1', async () => {
    const waitedMs = await shownAfterMs(panel(), 8);
    console.log(`changes on the host were shown after ${waitedMs.join(', ')} ms, by the journal`);
    expect(waitedMs.at(-1)).toBeLessThanOrEqual(1000);
    expect([0, null]).toContain(hostLoops());
  });

  it('shows a change within a second where the login may not read the journal', async () => {
    const user = await host().withoutJournal();
    const other = openPanel(host(), user === null ? {} : { user });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      await until(() => [1, null].includes(hostLoops()), 'the loop on the host');
      const waitedMs = await shownAfterMs(other, 8);
      console.log(`changes on the host were shown after ${waitedMs.join(', ')} ms, by the loop`);
      expect(waitedMs.at(-1)).toBeLessThanOrEqual(1000);
    } finally {
      other.dispose();
      if (user === null) await host().repair('journal-not-permitted');
    }
    await until(() => [0, null].includes(hostLoops()), 'the loop on the host to end');
  });

  it.runIf(kind === 'real')('switches to the loop on the host after a change that the manager does not log', async () => {
    host().real?.run('systemctl', 'log-level', 'warning');
    const other = openPanel(host());
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      // The other open panel switches as well, once it looked between a change and its undoing.
      for (let round = 0; round < 10 && hostLoops() !== 2; round += 1) await shownAfterMs(other, 2);
      await until(() => hostLoops() === 2, 'the loops of both panels on the host');
      const waitedMs = await shownAfterMs(other, 4);
      expect(waitedMs.at(-1)).toBeLessThanOrEqual(1000);
    } finally {
      other.dispose();
      host().real?.run('systemctl', 'log-level', 'info');
    }
  });

  it('says why a start failed, with the exit status and the last lines', async () => {
    const { failing, finalLines, exitStatus } = host().units;
    panel().services.pin(failing, true);
    await until(() => unit(failing), 'the pinned unit');
    await act(failing, 'stop');
    await host().break('unit-start-fails');
    // Several times: how late journald takes in the last words of a process differs from run to run.
    for (let run = 1; run <= 6; run += 1) {
      const ended = await act(failing, 'start');
      expect(ended).toMatchObject({ kind: 'failed', error: { code: 'service-start-failed' } });
      expect(ended.kind === 'failed' && ended.error.detail).toContain(`ExecMainStatus=${exitStatus}`);
      expect(ended.kind === 'failed' && ended.lastLines.filter((line) => finalLines.test(line))).toHaveLength(1);
      await until(() => unit(failing)?.activeState === 'failed', 'the list to say so');
      expect(await act(failing, 'reset-failed')).toMatchObject({ kind: 'done' });
    }
    await host().repair('unit-start-fails');
  });

  it('does not start a masked unit', async () => {
    const { masked } = host().units;
    panel().services.pin(masked, true);
    await host().break('unit-masked');
    await until(() => unit(masked)?.loadState === 'masked', 'the list to say so');
    expect(await act(masked, 'start')).toMatchObject({ kind: 'failed', error: { code: 'unit-masked' } });
    await host().repair('unit-masked');
  });

  it.runIf(kind === 'real')('says that the program of a unit is missing', async () => {
    panel().services.pin('fails-binary.service', true);
    await until(() => unit('fails-binary.service'), 'the pinned unit');
    const binary = await act('fails-binary.service', 'start');
    expect(binary).toMatchObject({ kind: 'failed' });
    expect(binary.kind === 'failed' && `${binary.error.message} ${binary.error.hint}`).toMatch(/203|program|executable|missing|not there/i);
  });

  it('stops a start that never ends', async () => {
    const { neverReady } = host().units;
    panel().services.pin(neverReady, true);
    await until(() => unit(neverReady)?.activeState === 'inactive', 'the pinned unit');
    await host().break('unit-start-never-ends');
    const starting = act(neverReady, 'start');
    await until(() => unit(neverReady)?.activeState === 'activating', 'the start to begin');
    expect(await act(neverReady, 'stop')).toMatchObject({ kind: 'done' });
    expect(await starting).toMatchObject({ kind: 'failed' });
    await host().repair('unit-start-never-ends');
  });

  it('says that a unit is not there', async () => {
    expect(await act('no-such-thing.service', 'start')).toMatchObject({ kind: 'failed', error: { code: 'unit-not-found' } });
  });

  it('changes nothing with a wrong password, and reports it', async () => {
    const other = openPanel(host(), {
      answer: (question) => (question.kind === 'sudo-password' ? { kind: 'secret', secret: 'wrong' } : { kind: 'cancel' }),
    });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect(await act('nginx.service', 'stop', other)).toMatchObject({ kind: 'failed', error: { code: 'sudo-wrong-password' } });
      expect(other.requested.filter((question) => question.kind === 'sudo-password')).toHaveLength(3);
      expect(unit('nginx.service')?.activeState).toBe('active');
    } finally {
      other.dispose();
    }
  });

  it('stops at a cancelled password', async () => {
    const other = openPanel(host(), { answer: () => ({ kind: 'cancel' }) });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect(await act('nginx.service', 'stop', other)).toMatchObject({ kind: 'failed', error: { code: 'sudo-cancelled' } });
    } finally {
      other.dispose();
    }
  });

  it('says that a user may not, before a password is asked, and changes nothing', async () => {
    await host().break('sudo-refused');
    const other = openPanel(host());
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      const ended = await act('nginx.service', 'stop', other);
      expect(ended).toMatchObject({ kind: 'failed', error: { code: 'sudo-not-permitted', layer: 'sudo', retryable: false } });
      expect(ended.kind === 'failed' && ended.error.detail).toContain(`user ${host().profile.user} may not run sudo on ada2`);
      expect(other.requested).toEqual([]);
      expect(unit('nginx.service')?.activeState).toBe('active');
      expect((await planRule(other, ['nginx.service'], { asRoot: false })).steps[0]?.state).not.toBe('ok');
    } finally {
      other.dispose();
      await host().repair('sudo-refused');
    }
  });

  it.runIf(kind === 'real')('says that sudo itself refuses to run without a terminal', async () => {
    const file = '/etc/sudoers.d/tests-requiretty';
    host().real?.run('sh', '-c', `echo 'Defaults requiretty' >${file}; chmod 440 ${file}`);
    const other = openPanel(host());
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      const ended = await act('nginx.service', 'stop', other);
      expect(ended).toMatchObject({ kind: 'failed', error: { code: 'sudo-needs-terminal', layer: 'sudo' } });
      expect(ended.kind === 'failed' && ended.error.detail).toMatch(/must have a tty/);
      expect(other.requested).toEqual([]);
    } finally {
      other.dispose();
      host().real?.run('rm', file);
    }
  });

  it.runIf(kind === 'real')('says that a user who never had sudo may not', async () => {
    const other = openPanel(host(), { user: 'watcher' });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect(await act('nginx.service', 'stop', other)).toMatchObject({ kind: 'failed', error: { code: 'sudo-not-permitted' } });
    } finally {
      other.dispose();
    }
  });

  it('lists the services of a systemd before 246, with their times, wherever the host lives', async () => {
    const { activeEnteredAt } = await until(() => unit('nginx.service'), 'nginx');
    expect(activeEnteredAt).toBeGreaterThan(0);
    await host().break('systemd-239');
    const other = openPanel(host());
    try {
      await online(other);
      const nginx = await until(() => other.services.state().units.find((entry) => entry.name === 'nginx.service'), 'the units');
      expect(nginx).toMatchObject({ loadState: 'loaded', activeState: 'active' });
      expect(nginx.activeEnteredAt).toBe(activeEnteredAt);
      const found = await other.services.discover();
      expect(found.find((entry) => entry.name === 'invokeai.service')?.description).toMatch(/^InvokeAI \S/);
      expect(found.map((entry) => entry.name)).toContain(host().units.failing);
    } finally {
      other.dispose();
      await host().repair('systemd-239');
    }
  });

  it('reads past what a login shell prints', async () => {
    await host().break('login-shell-prints');
    const other = openPanel(host());
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect((await other.connection.exec(['id', '-un'])).stdout).toBe(`${host().profile.user}\n`);
      expect(ruleLines(await planRule(other, ['nginx.service'], { asRoot: false })).added).toContain(`${host().profile.user} ALL=(root)`);
    } finally {
      other.dispose();
      await host().repair('login-shell-prints');
    }
  });

  const RULE = ['invokeai.service', 'nginx.service'];
  const isFree = (name: string): Promise<boolean> => panel().connection.mayRunAsRoot(['/usr/bin/systemctl', 'restart', name]);

  it('installs the sudo rule it showed, after which no password is asked', async () => {
    const quick = await planRule(panel(), RULE, { asRoot: false });
    // Where the folder is closed to normal users it cannot be told whether there is one.
    expect(['change', 'unknown']).toContain(quick.steps[0]?.state);
    expect(ruleLines(quick).added).not.toContain('*');
    const plan = await planRule(panel(), RULE, { asRoot: true });
    expect(plan.steps).toMatchObject([{ state: 'change', changes: [{ kind: 'file', isNew: true }] }]);
    expect(ruleLines(plan)).toEqual({ added: ruleLines(quick).added, gone: '' });
    expect(panel().services.state().sudoWithoutPassword).toBe(false);
    expect(await applyShown(panel(), plan)).toMatchObject({ state: 'done', error: null });
    await until(() => panel().services.state().sudoWithoutPassword === true, 'the card to say so');
    expect(await planRule(panel(), RULE, { asRoot: true })).toMatchObject({ changes: 0 });
    const other = openPanel(host(), { answer: () => ({ kind: 'cancel' }) });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect(await act('nginx.service', 'restart', other)).toMatchObject({ kind: 'done' });
      // The file of the rule cannot be read without a password, but sudo lists the rule to the login.
      expect((await planRule(other, RULE, { asRoot: false })).steps).toMatchObject([{ state: 'ok' }]);
      expect(other.requested).toEqual([]);
    } finally {
      other.dispose();
    }
  });

  it('shows the rule that is there, and replaces no other', async () => {
    const wanted = [...RULE, 'ssh.service'];
    const plan = await planRule(panel(), wanted, { asRoot: true });
    expect(plan.steps).toMatchObject([{ state: 'change', changes: [{ kind: 'file', isNew: false }] }]);
    expect(ruleLines(plan).added).toContain('systemctl restart ssh.service');
    expect([await isFree('nginx.service'), await isFree('ssh.service')]).toEqual([true, false]);
    const sudo = { purpose: 'a test' };
    await panel().connection.exec(['tee', '-a', '/etc/sudoers.d/ada-panel'], { sudo, stdin: '# Of another hand.\n' });
    expect(await applyShown(panel(), plan)).toMatchObject({ state: 'failed', error: { code: 'setup-changed' } });
    expect([await isFree('nginx.service'), await isFree('ssh.service')]).toEqual([true, false]);
    const again = await planRule(panel(), wanted, { asRoot: true });
    expect(ruleLines(again).gone).toContain('# Of another hand.');
    expect(await applyShown(panel(), again)).toMatchObject({ state: 'done', error: null });
    expect([await isFree('nginx.service'), await isFree('ssh.service'), await isFree('cron.service')]).toEqual([true, true, false]);
  });
});
