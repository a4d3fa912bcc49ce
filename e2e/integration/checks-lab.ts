import type { Check } from '../../electron/capabilities/checks/check.ts';
import { createOpenSources } from '../../electron/capabilities/checks/open-sources.ts';
import { type FreshResult, runChecks } from '../../electron/capabilities/checks/run-checks.ts';
import type { PanelUnderTest } from './panel.ts';

/** As capability.ts of checks names the lab's host for another machine of its network. */
const LAB_ADDRESS = 'ada2.lab';

/** Runs checks against the lab as the Checks page does; returns their results by id. */
export async function runOnLab(panel: PanelUnderTest, checks: readonly Check[]): Promise<ReadonlyMap<string, FreshResult>> {
  const results = new Map<string, FreshResult>();
  const { signal } = new AbortController();
  const openSources = createOpenSources({
    profile: panel.profile,
    labAddress: LAB_ADDRESS,
    transport: panel.connection,
    backends: panel.backends,
    gateway: panel.gateway,
    connectionTo: () => null,
    now: Date.now,
  });
  const { sources, close } = await openSources(checks, signal);
  try {
    await runChecks(checks, sources, {
      signal,
      now: Date.now,
      onStart: () => {},
      onResult: (result) => void results.set(result.id, result),
    });
  } finally {
    close();
  }
  return results;
}
