import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSimulatedMac } from '../../../testing/simulated-mac.ts';
import { actionKeys } from '../engine/plan.ts';
import { executePlan } from '../execute.ts';
import { type MadePlan, makePlan } from '../planner.ts';
import { createPrograms } from '../programs.ts';
import { completeValues, type ParameterValues } from '../recipe.ts';
import { RETIRE_NEXA } from './retire-nexa.ts';

const SHIPPED = { imagesShim: () => '', imagesShimUnit: () => '' };
const DAEMONS = 'Library/LaunchDaemons';
const plistOf = (label: string, ...program: readonly string[]): string => JSON.stringify({ Label: label, ProgramArguments: program });

describe('Retire Nexa on a simulated Mac', () => {
  let mac: ReturnType<typeof openSimulatedMac>;
  beforeEach(() => {
    mac = openSimulatedMac();
    mac.write(`${DAEMONS}/com.mlx.openai.server.plist`, plistOf('com.mlx.openai.server', '/opt/mlx/server'));
    mac.write('loaded/system/com.mlx.openai.server', '310');
    mac.write('ports/10240', '310 python3.12');
  });
  afterEach(() => mac.close());

  const installNexa = (label: string): void => {
    mac.write(`${DAEMONS}/${label}.plist`, plistOf(label, '/opt/nexa/server', '--port', '18181'));
    mac.write(`loaded/system/${label}`, '412');
    mac.write('ports/18181', '412 nexa');
  };
  const chosen = (values: ParameterValues) => [{ recipe: RETIRE_NEXA, values: completeValues(RETIRE_NEXA, values) }];
  const plan = (values: ParameterValues = {}): Promise<MadePlan> =>
    makePlan({ transport: mac.transport, programs: createPrograms(mac.transport), shipped: SHIPPED }, chosen(values), { asRoot: true });
  const apply = async (values: ParameterValues = {}): Promise<void> => {
    const shown = await plan(values);
    await executePlan({
      transport: mac.transport,
      programs: createPrograms(mac.transport),
      shipped: SHIPPED,
      chosen: chosen(values),
      shownKeys: new Set(shown.plan.steps.flatMap(({ verdict }) => actionKeys(verdict))),
      token: 'abc',
      holder: 'a test',
      signal: new AbortController().signal,
      now: Date.now,
      observer: { onStep: () => {} },
      onLines: () => {},
    });
    expect((await plan(values)).plan.changes).toBe(0);
  };
  const commands = ({ plan: made }: MadePlan): readonly string[] =>
    made.steps.flatMap(({ verdict }) =>
      verdict.state === 'change'
        ? verdict.actions.flatMap((action) => (action.kind === 'command' ? [action.argv.slice(0, 3).join(' ')] : []))
        : [],
    );

  it('stops the service of any label, keeps its property list, and brings it back', async () => {
    installNexa('org.example.nexa-images');
    expect(commands(await plan())).toEqual([
      'launchctl bootout system/org.example.nexa-images',
      `mv -n /${DAEMONS}/org.example.nexa-images.plist`,
      expect.stringMatching(/^sh -c /),
    ]);
    await apply();
    expect(mac.list('loaded/system')).toEqual(['com.mlx.openai.server']);
    expect(mac.list(DAEMONS)).toEqual(['com.mlx.openai.server.plist', 'org.example.nexa-images.plist.ada-panel-retired']);
    expect(mac.list('ports')).toEqual(['10240']);
    await apply({ state: 'running' });
    expect(mac.list('loaded/system')).toEqual(['com.mlx.openai.server', 'org.example.nexa-images']);
    expect(mac.list(DAEMONS)).toEqual(['com.mlx.openai.server.plist', 'org.example.nexa-images.plist']);
    expect(mac.list('run')).toEqual([]);
  });

  it('finds a service by its port, and one of the login', async () => {
    mac.write(`${DAEMONS}/com.example.pictures.plist`, plistOf('com.example.pictures', '/opt/run'));
    mac.write('loaded/system/com.example.pictures', '55');
    mac.write('ports/18181', '55 python3');
    mac.write('Users/anna/Library/LaunchAgents/com.ai.nexa.plist', plistOf('com.ai.nexa', '/opt/run'));
    expect(commands(await plan())).toEqual([
      'launchctl bootout system/com.example.pictures',
      `mv -n /${DAEMONS}/com.example.pictures.plist`,
      expect.stringMatching(/^sh -c /),
      'mv -n /Users/anna/Library/LaunchAgents/com.ai.nexa.plist',
    ]);
    await apply();
    expect(mac.list('Users/anna/Library/LaunchAgents')).toEqual(['com.ai.nexa.plist.ada-panel-retired']);
  });

  it('leaves MLX alone and says so', async () => {
    const { plan: made } = await plan();
    expect(made.changes).toBe(0);
    expect(made.steps.map(({ step }) => step.title)).toEqual(
      expect.arrayContaining(['launchd has no service of Nexa', 'com.mlx.openai.server stays: it serves chat']),
    );
  });

  it('stops nothing while the gateway still sends images to it', async () => {
    installNexa('com.nexa.image.server');
    mac.write('var/lib/gateway/app/.env', 'TOKEN=x\nIMAGES_HTTP_BASE_URL=http://127.0.0.1:18181\n');
    const blocked = (await plan()).plan.steps.flatMap(({ verdict }) => (verdict.state === 'blocked' ? [verdict.reason] : []));
    expect(blocked).toEqual(['The gateway sends images to port 18181.']);
  });

  it('names a process that listens on the port without a service', async () => {
    mac.write('ports/18181', '77 a-program');
    const blocked = (await plan()).plan.steps.flatMap(({ verdict }) => (verdict.state === 'blocked' ? [verdict.reason] : []));
    expect(blocked).toEqual(['a-program (process 77) listens on port 18181 and belongs to no service of launchd.']);
  });
});
