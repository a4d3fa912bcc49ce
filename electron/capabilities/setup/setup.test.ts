import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toPanelError } from '../../../shared/errors.ts';
import { createSaveMonitor } from '../../foundation/files/save-monitor.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { secretsInMemory } from '../../testing/secrets-in-memory.ts';
import { NO_GATEWAY } from './gateway-of-host.ts';
import type { Recipe } from './recipe.ts';
import { numberParameter } from './recipes/parameters.ts';
import { openSetupStore } from './run-store.ts';
import { createSetup } from './setup.ts';

const RECIPE: Recipe = {
  id: 'server',
  title: 'Server',
  summary: 'A server.',
  parameters: [
    numberParameter({ key: 'port', label: 'Port', help: 'It listens there.', initial: '80', min: 1, max: 65_535 }),
    {
      key: 'token',
      label: 'Token',
      help: 'Clients send it.',
      kind: 'secret',
      initial: '',
      check: (value) => (value.length > 3 ? null : 'Use more than 3 characters.'),
    },
  ],
  guards: [],
  presence: 'file /etc/server 0',
  steps: () => [],
};

function openSetup(recipes: readonly Recipe[] = [RECIPE], transport: Transport = createFakeTransport(() => ({})).transport) {
  const store = openSetupStore({
    dataFolder: mkdtempSync(join(tmpdir(), 'ada-setup-')),
    hostId: 'host',
    saves: createSaveMonitor(),
    log: silentLogger,
  });
  const setup = createSetup({
    hostId: 'host',
    hostLabel: () => 'host',
    transport,
    programs: {
      probe: async () => null,
      gateway: () => NO_GATEWAY,
      client: () => {
        throw new Error('no program is requested');
      },
    },
    shipped: { imagesShim: () => '', imagesShimUnit: () => '' },
    recipes,
    store,
    secrets: secretsInMemory(),
    operator: 'somebody',
    now: () => 1000,
  });
  return { ...setup, store };
}

const errorOf = (work: () => unknown) => {
  try {
    work();
  } catch (thrown) {
    return toPanelError(thrown);
  }
  throw new Error('nothing was thrown');
};

const parametersOf = (setup: ReturnType<typeof openSetup>) => setup.state().recipes[0]?.parameters;

it('saves values that fit, and names the parameter of one that does not', () => {
  const setup = openSetup();
  expect(errorOf(() => setup.saveValues('server', { port: '99999' }))).toMatchObject({
    code: 'setup-bad-parameter',
    facts: { key: 'port', reason: 'Use a number from 1 to 65535.' },
  });
  expect(errorOf(() => setup.saveValues('server', { prot: '81' }))).toMatchObject({ facts: { key: 'prot' } });
  expect(parametersOf(setup)).toMatchObject([{ value: '80' }, {}]);
  setup.saveValues('server', { port: '8080', token: 'never saved as a value' });
  expect(parametersOf(setup)).toMatchObject([{ value: '8080' }, { value: '', hasSecret: false }]);
});

it('checks a secret, saves it hidden, and forgets it', () => {
  const setup = openSetup();
  expect(errorOf(() => setup.setSecret('server', 'token', 'abc'))).toMatchObject({ facts: { key: 'token' } });
  expect(parametersOf(setup)).toMatchObject([{}, { hasSecret: false }]);
  setup.setSecret('server', 'token', 'abcd');
  expect(parametersOf(setup)).toMatchObject([{}, { value: '', hasSecret: true }]);
  setup.setSecret('server', 'token', '');
  expect(parametersOf(setup)).toMatchObject([{}, { hasSecret: false }]);
  expect(errorOf(() => setup.setSecret('server', 'port', '1'))).toMatchObject({ code: 'setup-plan-unknown' });
});

it('remembers when a report was saved', () => {
  const setup = openSetup();
  expect(setup.state().reportSavedAt).toBeNull();
  setup.reportSaved();
  expect(setup.state().reportSavedAt).toBe(1000);
});

it('names who holds the host in a plan, unless the holder has shown no life for long', async () => {
  const lockOf = (token: string, ageS: number): string =>
    `\u001elock ok\n${token}\nanna on laptop since 2026-01-01 10:00 UTC: InvokeAI\nage=${ageS}\n`;
  let lock = '';
  const recipe = { ...RECIPE, parameters: [] };
  const setup = openSetup([recipe], createFakeTransport(() => ({ stdout: lock })).transport);
  const locked = async (token: string, ageS: number) => {
    lock = lockOf(token, ageS);
    const { id, locked } = await setup.plan(['server'], false);
    return { locked, holder: setup.holder(id) };
  };
  expect(await locked('theirs', 12)).toMatchObject({
    locked: {
      code: 'setup-locked',
      message: 'Another setup runs on this host: anna on laptop since 2026-01-01 10:00 UTC: InvokeAI.',
      hint: expect.stringContaining('Last active 12 s ago.'),
      facts: { token: 'theirs' },
    },
    holder: expect.stringContaining('anna on laptop'),
  });
  expect(await locked('theirs', 15 * 60)).toEqual({ locked: null, holder: null });
  lock = '';
  expect((await setup.plan(['server'], false)).locked).toBeNull();
});

it('reads the host twice for the cards of all recipes; a saved value that no longer fits blocks its own card alone', async () => {
  const host = createFakeTransport(() => ({ stdout: '\u001efile /etc/server 0 absent\n' }));
  const file = {
    kind: 'file',
    path: '/etc/server',
    owner: 'root',
    group: 'root',
    mode: '644',
    content: { kind: 'text', text: 'x' },
  } as const;
  const recipe = (id: string): Recipe => ({
    ...RECIPE,
    id,
    parameters: RECIPE.parameters.slice(0, 1),
    steps: () => [{ id: 'file', title: 'File', needs: [], resource: file }],
  });
  const setup = openSetup([recipe('one'), recipe('two'), recipe('three')], host.transport);
  setup.store.saveValues('two', { port: '0' });
  const { recipes, error } = await setup.refresh();
  expect(error).toBeNull();
  expect(recipes.map(({ standing }) => [standing?.state, standing?.reason])).toEqual([
    ['not-installed', null],
    ['blocked', 'Port: Use a number from 1 to 65535.'],
    ['not-installed', null],
  ]);
  expect(host.executed).toHaveLength(2);
});
