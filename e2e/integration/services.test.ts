import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionProgress, Verb } from '../../shared/contract/services.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

describe.each(HOSTS)('the services of the %s', (kind) => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    host = await openHost(kind);
    panel = openPanel(host);
    await online(panel);
    await until(() => panel.services.state().units.length > 0, 'the units');
  });
  afterAll(async () => {
    panel?.dispose();
    await host?.close();
  });

  const unit = (name: string) => panel.services.state().units.find((entry) => entry.name === name);
  /** Does it, and resolves with how it ended. */
  const act = (name: string, verb: Verb, from: PanelUnderTest = panel): Promise<Extract<ActionProgress, { kind: 'done' | 'failed' }>> =>
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
    const consequences = await panel.services.consequences('invokeai.service', 'stop');
    expect(consequences.alsoStops).toContain('invokeai-openai-images-shim.service');
    expect(consequences.sentences.join(' ')).toMatch(/images-shim|images shim/);
  });

  it('stops and starts with a sudo password asked once, and shows what systemd says after', async () => {
    panel.asked.length = 0;
    expect(await act('nginx.service', 'stop')).toMatchObject({ kind: 'done', activeState: 'inactive' });
    await until(() => unit('nginx.service')?.activeState === 'inactive', 'the list to say so');
    expect(await act('nginx.service', 'start')).toMatchObject({ kind: 'done', activeState: 'active', subState: 'running' });
    expect(await act('nginx.service', 'restart')).toMatchObject({ kind: 'done', activeState: 'active' });
    expect(panel.asked.filter((question) => question.kind === 'sudo-password')).toHaveLength(1);
  });

  it('enables and disables', async () => {
    expect(await act('nginx.service', 'disable')).toMatchObject({ kind: 'done' });
    await until(() => unit('nginx.service')?.unitFileState === 'disabled', 'disabled');
    expect(await act('nginx.service', 'enable')).toMatchObject({ kind: 'done' });
    await until(() => unit('nginx.service')?.unitFileState === 'enabled', 'enabled');
  });

  it.runIf(kind === 'real')('hears of a change on the host that was not its own', async () => {
    const heard = new Promise<number>((resolve) => {
      const stop = panel.services.onChange((state) => {
        if (state.units.find((entry) => entry.name === 'nginx.service')?.activeState !== 'inactive') return;
        stop();
        resolve(Date.now());
      });
    });
    host.real?.run('systemctl', 'stop', 'nginx.service');
    const stoppedAt = Date.now();
    const laterMs = (await heard) - stoppedAt;
    console.log(`a change on the host was shown after ${laterMs} ms`);
    expect(laterMs).toBeLessThanOrEqual(1000);
    host.real?.run('systemctl', 'start', 'nginx.service');
  });

  it.runIf(kind === 'real')('says why a start failed: exit status, missing program, masked', async () => {
    for (const name of ['fails-exit.service', 'fails-binary.service', 'masked.service']) panel.services.pin(name, true);
    await until(() => unit('fails-exit.service') && unit('fails-binary.service') && unit('masked.service'), 'the pinned units');
    const exit = await act('fails-exit.service', 'start');
    expect(exit).toMatchObject({ kind: 'failed', error: { code: 'service-start-failed' } });
    expect(exit.kind === 'failed' && exit.lastLines.join('\n')).toContain('the model folder is missing');
    const binary = await act('fails-binary.service', 'start');
    expect(binary).toMatchObject({ kind: 'failed' });
    expect(binary.kind === 'failed' && `${binary.error.message} ${binary.error.hint}`).toMatch(/203|program|executable|missing|not there/i);
    expect(await act('masked.service', 'start')).toMatchObject({ kind: 'failed', error: { code: 'unit-masked' } });
    expect(await act('fails-exit.service', 'reset-failed')).toMatchObject({ kind: 'done' });
  });

  it.runIf(kind === 'real')('stops a start that never ends', async () => {
    panel.services.pin('never-ready.service', true);
    await until(() => unit('never-ready.service'), 'the pinned unit');
    const starting = act('never-ready.service', 'start');
    await until(() => unit('never-ready.service')?.activeState === 'activating', 'the start to begin');
    expect(await act('never-ready.service', 'stop')).toMatchObject({ kind: 'done' });
    expect(await starting).toMatchObject({ kind: 'failed' });
  });

  it('says that a unit is not there', async () => {
    expect(await act('no-such-thing.service', 'start')).toMatchObject({ kind: 'failed', error: { code: 'unit-not-found' } });
  });

  it('changes nothing with a wrong password, and says so', async () => {
    const other = openPanel(host, {
      answer: (question) => (question.kind === 'sudo-password' ? { kind: 'secret', secret: 'wrong' } : { kind: 'cancel' }),
    });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect(await act('nginx.service', 'stop', other)).toMatchObject({ kind: 'failed', error: { code: 'sudo-wrong-password' } });
      expect(other.asked.filter((question) => question.kind === 'sudo-password')).toHaveLength(3);
      expect(unit('nginx.service')?.activeState).toBe('active');
    } finally {
      other.dispose();
    }
  }, 90_000);

  it('stops at a cancelled password', async () => {
    const other = openPanel(host, { answer: () => ({ kind: 'cancel' }) });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect(await act('nginx.service', 'stop', other)).toMatchObject({ kind: 'failed', error: { code: 'sudo-cancelled' } });
    } finally {
      other.dispose();
    }
  });

  it.runIf(kind === 'real')('says that a user without sudo may not', async () => {
    const other = openPanel(host, { user: 'watcher' });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect(await act('nginx.service', 'stop', other)).toMatchObject({ kind: 'failed', error: { code: 'sudo-not-permitted' } });
    } finally {
      other.dispose();
    }
  });

  it('installs the sudo rule it showed, after which no password is asked', async () => {
    const plan = await panel.services.sudoersPlan();
    // Where the folder is closed to normal users it cannot be told whether there is one.
    expect(['absent', 'unknown']).toContain(plan.installed);
    expect(plan.text).not.toContain('*');
    expect(await panel.services.installSudoers(plan.text)).toMatchObject({ installed: 'same' });
    const other = openPanel(host, { answer: () => ({ kind: 'cancel' }) });
    try {
      await online(other);
      await until(() => other.services.state().units.length > 0, 'the units');
      expect(await act('nginx.service', 'restart', other)).toMatchObject({ kind: 'done' });
      expect(other.asked).toEqual([]);
    } finally {
      other.dispose();
    }
  });
});
