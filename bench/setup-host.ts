import { randomBytes } from 'node:crypto';
import ssh2 from 'ssh2';
import { type BareHost, openBareHost } from '../e2e/host/bare-host.ts';
import { type HostUnderTest, home, profile } from '../e2e/integration/hosts.ts';
import { shippedFromCheckout } from '../e2e/support/shipped.ts';
import { actionKeys } from '../electron/capabilities/setup/engine/plan.ts';
import type { Step } from '../electron/capabilities/setup/engine/resources.ts';
import { executePlan } from '../electron/capabilities/setup/execute.ts';
import { type ChosenRecipe, type MadePlan, makePlan } from '../electron/capabilities/setup/planner.ts';
import { createPrograms } from '../electron/capabilities/setup/programs.ts';
import { completeValues, type ParameterValues, type Recipe } from '../electron/capabilities/setup/recipe.ts';
import { silentLogger } from '../electron/foundation/log/log.ts';
import { createConnection } from '../electron/foundation/ssh/connection.ts';
import type { Connection } from '../electron/foundation/ssh/transport.ts';

/** What a connection opened at the SSH layer. */
export interface Channels {
  readonly commands: number;
  readonly tunnels: number;
}

const opened = { commands: 0, tunnels: 0 };

/** Counts what every SSH client of this process opens from now on: the library's own calls, below everything that could hide one. */
function countChannels(): void {
  const { prototype } = ssh2.Client;
  const counting = <F extends (...args: never[]) => unknown>(call: F, kind: keyof typeof opened): F =>
    new Proxy(call, {
      apply: (target, client, args) => {
        opened[kind] += 1;
        return Reflect.apply(target, client, args);
      },
    });
  prototype.exec = counting(prototype.exec, 'commands');
  prototype.forwardOut = counting(prototype.forwardOut, 'tunnels');
}
countChannels();

/** What `work` opened, and what it returned. */
export async function channelsOf<T>(work: () => Promise<T>): Promise<readonly [Channels, T]> {
  const before = { ...opened };
  const result = await work();
  return [{ commands: opened.commands - before.commands, tunnels: opened.tunnels - before.tunnels }, result];
}

export interface SetupHost {
  readonly bare: BareHost;
  readonly target: Pick<HostUnderTest, 'profile' | 'homeFolder' | 'knownHostsFile'>;
  /** A new connection, signed in. */
  connect(): Promise<Connection>;
  close(): Promise<void>;
}

/** A bare host on which sudo takes the login's password, as after an installation. */
export async function openSetupHost(): Promise<SetupHost> {
  const bare = await openBareHost();
  const { host } = bare;
  const target = {
    ...home(host.hostName, host.port, host.hostKey()),
    profile: profile(host.hostName, host.port, host.user, host.keyFile),
  };
  return {
    bare,
    target,
    connect: async () => {
      const connection = createConnection({
        profile: target.profile,
        promptUser: async () => ({ kind: 'secret', secret: host.password }),
        homeFolder: target.homeFolder,
        environment: { PATH: process.env['PATH'] },
        knownHostsFile: target.knownHostsFile,
        keepaliveSeconds: () => 10,
        sudoKeepMinutes: () => 30,
        log: silentLogger,
      });
      await new Promise<void>((resolve, reject) => {
        connection.onChange(({ state }) => {
          if (state.kind === 'online') resolve();
          if (state.kind === 'blocked') reject(new Error(state.cause.message));
        });
        connection.connect();
      });
      return connection;
    },
    close: () => bare.close(),
  };
}

export const choose = (recipe: Recipe, values: ParameterValues = {}): ChosenRecipe => ({ recipe, values: completeValues(recipe, values) });

export const planOn = (connection: Connection, chosen: readonly ChosenRecipe[]): Promise<MadePlan> =>
  makePlan({ transport: connection, programs: createPrograms(connection), shipped: shippedFromCheckout }, chosen, { asRoot: true });

export async function applyOn(connection: Connection, { chosen, plan }: Pick<MadePlan, 'chosen' | 'plan'>): Promise<void> {
  await executePlan({
    transport: connection,
    programs: createPrograms(connection),
    shipped: shippedFromCheckout,
    chosen,
    shownKeys: new Set(plan.steps.flatMap(({ verdict }) => actionKeys(verdict))),
    token: randomBytes(4).toString('hex'),
    holder: 'a benchmark',
    signal: new AbortController().signal,
    now: Date.now,
    observer: { onStep: () => {} },
    onLines: () => {},
  });
}

export const step = (id: string, resource: Step['resource']): Step => ({ id, title: id, needs: [], resource });

export const recipeOf = (steps: readonly Step[], more: Partial<Recipe> = {}): Recipe => ({
  id: 'bench',
  title: 'Benchmark',
  summary: '',
  parameters: [],
  presence: 'file /etc/hostname 0',
  guards: [],
  steps: () => steps,
  ...more,
});
