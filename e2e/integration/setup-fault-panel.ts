import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrograms } from '../../electron/capabilities/setup/programs.ts';
import type { Recipe } from '../../electron/capabilities/setup/recipe.ts';
import { openSetupStore } from '../../electron/capabilities/setup/run-store.ts';
import { createSetup, type Setup } from '../../electron/capabilities/setup/setup.ts';
import { createSaveMonitor } from '../../electron/foundation/files/save-monitor.ts';
import type { Logger } from '../../electron/foundation/log/log.ts';
import type { SecretStore } from '../../electron/foundation/secret-store.ts';
import { connectionLostError } from '../../electron/foundation/ssh/errors.ts';
import type { Connection, Transport } from '../../electron/foundation/ssh/transport.ts';
import { secretsInMemory } from '../../electron/testing/secrets-in-memory.ts';
import type { SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { shippedFromCheckout } from '../support/shipped.ts';
import { until } from './panel.ts';

/** What survives a panel: its data folder and the keyring. */
export interface PanelData {
  readonly folder: string;
  readonly secrets: SecretStore;
  /** Everything that was logged. */
  readonly logged: string[];
}

export const newPanelData = (): PanelData => ({
  folder: mkdtempSync(join(tmpdir(), 'ada-setup-')),
  secrets: secretsInMemory(),
  logged: [],
});

/** All that a panel has saved of its setups. */
export const savedText = ({ folder }: PanelData): string =>
  readdirSync(join(folder, 'setup'))
    .map((name) => readFileSync(join(folder, 'setup', name), 'utf8'))
    .join('\n');

/** Commands that change nothing but the time of the lock. */
const READS = /ada-setup-(read|lock|follow)|is-system-running|list-units|^journalctl/;

/** Setup of one host with recipes of a test, in a panel that can end at any moment. */
export interface MortalSetup {
  readonly setup: Setup;
  /** Commands as they were sent, their words joined by blanks. */
  readonly sent: readonly string[];
  /** Ends the panel: nothing more is sent, and no answer arrives. */
  die(): void;
  /** Ends the panel once so many more changes were made, before the answer to the last one arrives. */
  dieAfter(changes: number): void;
  /** Plans and applies all recipes; resolves with the ended or interrupted run. */
  apply(): Promise<SetupRun>;
  /** Plans and starts to apply. */
  start(): Promise<void>;
  resume(takeOver?: boolean): Promise<SetupRun>;
  ended(): Promise<SetupRun>;
  /** Ids of the steps of a plan that are not ok, with their state. */
  left(): Promise<readonly string[]>;
}

export function openMortalSetup(connection: Connection, recipes: readonly Recipe[], data: PanelData = newPanelData()): MortalSetup {
  const sent: string[] = [];
  let isDead = false;
  let changesLeft = Number.POSITIVE_INFINITY;
  const programs = createPrograms(connection);
  const dead = () => connectionLostError('the panel of the test has ended');
  const die = (): void => {
    isDead = true;
    setup.stop();
  };
  const transport: Transport = {
    ...connection,
    get snapshot() {
      return connection.snapshot;
    },
    exec: async (argv, options) => {
      if (isDead) throw dead();
      if (changesLeft <= 0 && !READS.test(argv.join(' '))) die();
      if (isDead) throw dead();
      sent.push(argv.join(' '));
      const result = await connection.exec(argv, options);
      if (!READS.test(argv.join(' '))) changesLeft -= 1;
      if (changesLeft <= 0 && !isDead) die();
      if (isDead) throw dead();
      return result;
    },
  };
  const note: Logger['info'] = (event, facts) => void data.logged.push(`${event} ${JSON.stringify(facts)}`);
  const log: Logger = { debug: note, info: note, warn: note, error: note };
  const setup = createSetup({
    hostId: 'under-test',
    hostLabel: () => 'ada2',
    transport,
    programs: {
      ...programs,
      probe: (...asked) => (isDead ? new Promise<never>(() => {}) : programs.probe(...asked)),
    },
    shipped: shippedFromCheckout,
    recipes,
    store: openSetupStore({ dataFolder: data.folder, hostId: 'under-test', saves: createSaveMonitor(), log }),
    secrets: data.secrets,
    operator: 'anna on laptop',
    now: Date.now,
  });
  const ids = recipes.map(({ id }) => id);
  const ended = (): Promise<SetupRun> =>
    until(() => {
      const { run } = setup.state();
      if (run !== null && isDead) return run;
      return run !== null && run.endedAt !== null && ['done', 'failed', 'cancelled'].includes(run.state) ? run : null;
    }, 'the end of the run');
  const start = async (): Promise<void> => setup.apply((await setup.plan(ids, true)).id);
  return {
    setup,
    sent,
    die,
    dieAfter: (changes) => {
      changesLeft = changes;
    },
    start,
    apply: async () => {
      await start();
      return await ended();
    },
    resume: (takeOver = false) => {
      setup.resume(takeOver);
      return ended();
    },
    ended,
    left: async () => (await setup.plan(ids, true)).steps.filter(({ state }) => state !== 'ok').map(({ id, state }) => `${id} ${state}`),
  };
}
