import { readFileSync } from 'node:fs';
import { shippedFromCheckout } from '../e2e/support/shipped.ts';
import { createPrograms } from '../electron/capabilities/setup/programs.ts';
import { openSetupStore } from '../electron/capabilities/setup/run-store.ts';
import { createSetup } from '../electron/capabilities/setup/setup.ts';
import { createSaveMonitor } from '../electron/foundation/files/save-monitor.ts';
import { silentLogger } from '../electron/foundation/log/log.ts';
import { createConnection } from '../electron/foundation/ssh/connection.ts';
import { secretsInMemory } from '../electron/testing/secrets-in-memory.ts';
import { RESUMED_RECIPE, type ResumedTarget } from './setup-resumed.ts';

// A panel without a window, which is killed: node --import tsx bench/setup-child.ts FILE. FILE is a ResumedTarget as JSON. Prints `run STATE`
// for every state of the run; ends with the run.
const target: ResumedTarget = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const connection = createConnection({
  profile: target.profile,
  promptUser: async () => ({ kind: 'secret', secret: target.password }),
  homeFolder: target.homeFolder,
  environment: { PATH: process.env['PATH'] },
  knownHostsFile: target.knownHostsFile,
  keepaliveSeconds: () => 2,
  sudoKeepMinutes: () => 30,
  log: silentLogger,
});
const setup = createSetup({
  hostId: target.profile.id,
  hostLabel: () => 'bench',
  transport: connection,
  programs: createPrograms(connection),
  recipes: [RESUMED_RECIPE],
  store: openSetupStore({ dataFolder: target.dataFolder, hostId: target.profile.id, saves: createSaveMonitor(), log: silentLogger }),
  secrets: secretsInMemory(),
  shipped: shippedFromCheckout,
  operator: 'a benchmark',
  now: Date.now,
});

let shown = '';
setup.onChange(({ run }) => {
  if (run === null || run.state === shown) return;
  shown = run.state;
  console.log(
    `run ${run.state}${run.error === null ? '' : ` ${run.error.code} ${run.error.message} ${run.error.detail ?? ''}`.replaceAll('\n', ' ')}`,
  );
  if (run.state === 'done' || run.state === 'failed') process.stdout.write('', () => process.exit(run.state === 'done' ? 0 : 1));
});
const online = new Promise<void>((resolve) => {
  connection.onChange(({ state }) => {
    if (state.kind === 'online') resolve();
  });
});
connection.connect();
await online;
if (setup.state().run?.state === 'interrupted') setup.resume(false);
else setup.apply((await setup.plan([RESUMED_RECIPE.id], true)).id);
