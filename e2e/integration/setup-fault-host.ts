import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Resource } from '../../electron/capabilities/setup/engine/resources.ts';
import type { Recipe } from '../../electron/capabilities/setup/recipe.ts';
import { type BareHost, openBareHost } from '../host/bare-host.ts';
import { openBarePanel } from './bare-setup.ts';
import { online, type PanelUnderTest } from './panel.ts';
import { type MortalSetup, newPanelData, openMortalSetup, type PanelData } from './setup-fault-panel.ts';

const LEFTOVERS = String.raw`find /etc /opt /srv /home /var/lib /run -xdev \( -name '.ada-panel.*' -o -name '.ada-panel-tmp' -o -name '*.part' -o -name 'ada-panel-setup.lock*' \) -not -path '/var/lib/apt/*'`;

/** A bare host with a panel that sets it up, whose link, power and life a test may end. */
export interface FaultHost {
  bare(): BareHost;
  panel(): PanelUnderTest;
  /** Ends the panel and starts another. */
  reopenPanel(): Promise<void>;
  /** A shell command on the host, as root; its output without blanks around it. */
  inside(command: string): Promise<string>;
  mortal(recipe: Recipe, data?: PanelData): MortalSetup;
  /** Files that a setup writes aside, and its locks. */
  leftovers(): Promise<string>;
  /** A Python environment from the mirror. */
  environment(path: string, tool: string, requirement: string, user?: string): Resource;
}

function some<T>(value: T | null): T {
  if (value === null) throw new Error('the host is not open yet');
  return value;
}

/** Opens the host with some packages for the tests of the suite around the call, and mends before each what one that failed may have left. */
export function useFaultHost(packages: readonly string[] = []): FaultHost {
  let opened: BareHost | null = null;
  let current: PanelUnderTest | null = null;
  const bare = (): BareHost => some(opened);
  const panel = (): PanelUnderTest => some(current);
  beforeAll(async () => {
    opened = await openBareHost();
    if (packages.length > 0)
      await opened.host.exec(
        'sh',
        '-c',
        'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$@"',
        'sh',
        ...packages,
      );
    current = await openBarePanel(opened);
  });
  beforeEach(async () => {
    await bare().mirror.fault(null);
    bare().host.linkUp();
    bare().host.run('sh', '-c', 'pkill -CONT sshd; rm -f /run/ada-panel-setup.lock');
    panel().connection.retryNow({ byOperator: true });
    await online(panel());
  });
  afterAll(async () => {
    current?.dispose();
    await opened?.close();
  });
  const inside = async (command: string): Promise<string> => (await bare().host.exec('sh', '-c', command)).trim();
  return {
    bare,
    panel,
    reopenPanel: async () => {
      panel().dispose();
      current = await openBarePanel(bare());
    },
    inside,
    mortal: (recipe, data = newPanelData()) => openMortalSetup(panel().connection, [recipe], data),
    leftovers: () => inside(`${LEFTOVERS} 2>/dev/null || true`),
    environment: (path, tool, requirement, user = 'root') => ({
      kind: 'environment',
      path,
      user,
      tool,
      python: '/usr/bin/python3',
      requirements: [requirement],
      index: bare().mirror.pythonIndexUrl,
      torchIndex: null,
      downloadBytes: null,
    }),
  };
}
