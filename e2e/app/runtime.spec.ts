import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '@playwright/test';
import { type Lab, startLab } from '../../lab/lab.ts';
import { findRuntime } from '../../scripts/runtime.mjs';
import { expect, launchPanel, type Panel } from '../support/panel.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Starts the built app without Playwright's inspector and returns what it printed. */
function startOnce(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const runtime = findRuntime();
  if (runtime === null) throw new Error('no Electron runtime: run npm test, which fetches one');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const { ELECTRON_RUN_AS_NODE: _unset, ...inherited } = process.env;
  return spawnSync(runtime.executable, [...sandbox, ROOT, ...args], {
    encoding: 'utf8',
    env: { ...inherited, ...environment },
    timeout: 60_000,
  });
}

test.describe('an outdated Electron', () => {
  let panel: Panel & { close(): Promise<void> };
  let ada: Lab;

  const questions = () => panel.app.evaluate(() => (globalThis as { runtimeQuestions?: number }).runtimeQuestions ?? 0);
  const answerWith = (response: 0 | 1) =>
    panel.app.evaluate(({ dialog }, chosen) => {
      const seen = globalThis as { runtimeQuestions?: number };
      dialog.showMessageBox = async () => {
        seen.runtimeQuestions = (seen.runtimeQuestions ?? 0) + 1;
        return { response: chosen, checkboxChecked: false };
      };
    }, response);
  const select = () => panel.page.evaluate(() => window.ada.hosts.open({ hostId: 'ada' }));

  test.beforeAll(async () => {
    ada = await startLab();
    panel = await launchPanel({ args: [], confirmsRuntime: true });
    const host = { id: 'ada', kind: 'ssh', label: 'ada', hostName: '127.0.0.1', port: ada.port, user: 'operator' } as const;
    const saved = await panel.page.evaluate((profile) => window.ada.hosts.save({ profile }), {
      ...host,
      identityFiles: [],
      useAgent: false,
    });
    expect(saved).toMatchObject({ ok: true });
  });
  test.afterAll(async () => {
    await panel.close();
    await ada.close();
  });

  test('reaches a real host only after the operator confirmed it in a dialog, once a start', async () => {
    const info = await panel.page.evaluate(() => window.ada.app.info());
    test.skip(info.ok && !info.value.fallbackRuntime, 'this Electron is a supported one, which asks nothing');
    await answerWith(0);
    expect(await select()).toMatchObject({ ok: false, error: { code: 'runtime-not-confirmed' } });
    expect(await panel.page.evaluate(() => window.ada.hosts.state())).toMatchObject({ value: { connections: {} } });
    // A gateway that is reached through it is a way to it as well; so would be a real host under the lab's name.
    expect(await panel.page.evaluate(() => window.ada.hosts.open({ hostId: 'lab' }))).toMatchObject({ ok: true });
    const profile = { address: 'http://127.0.0.1:8800', via: { kind: 'ssh', hostId: 'ada' }, observabilityPort: 8801 } as const;
    await panel.page.evaluate((wanted) => window.ada.gateway.configure({ hostId: 'lab', value: { profile: wanted } }), profile);
    await expect.poll(questions).toBe(2);
    await expect
      .poll(() => panel.page.evaluate(() => window.ada.gateway.state({ hostId: 'lab', value: undefined })))
      .toMatchObject({ value: { phase: { kind: 'failing', error: { code: 'ssh-not-connected' } } } });
    expect(await panel.page.evaluate(() => window.ada.hosts.openPrompts())).toEqual({ ok: true, value: [] });
    const asLab = await panel.page.evaluate(
      (port) =>
        window.ada.hosts.save({
          profile: {
            id: 'lab',
            kind: 'ssh',
            label: 'x',
            hostName: '127.0.0.1',
            port,
            user: 'operator',
            identityFiles: [],
            useAgent: false,
          },
        }),
      ada.port,
    );
    expect(asLab).toMatchObject({ ok: false, error: { code: 'host-id-taken' } });
    await panel.page.evaluate(() => window.ada.gateway.configure({ hostId: 'lab', value: { profile: null } }));
    await answerWith(1);
    expect(await select()).toMatchObject({ ok: true });
    expect(await panel.page.evaluate(() => window.ada.hosts.state())).toMatchObject({
      value: { connections: { ada: { hostId: 'ada' } } },
    });
    expect(await panel.page.evaluate(() => window.ada.hosts.open({ hostId: 'lab' }))).toMatchObject({ ok: true });
    expect(await select()).toMatchObject({ ok: true });
    expect(await questions()).toBe(3);
    panel.complaints.splice(0);
  });
});

test('--version and --help print and end; an unknown option is refused', () => {
  expect(startOnce(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Ada Panel \d+\.\d+\.\d+\n$/) });
  expect(startOnce(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('--smoke-test') });
  const refused = startOnce(['--smoke-tests']);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('unknown option --smoke-tests');
});
