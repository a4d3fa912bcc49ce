import { afterAll, beforeAll } from 'vitest';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

/** For a command of root that a test needs done on its host. */
export const SUDO = { sudo: { purpose: 'prepare the test' } } as const;

/** A line of a gateway's requests.jsonl: an image made now, apart from what is given. */
export const requestLine = (o: object = {}): string =>
  `${JSON.stringify({
    ...{ duration_ms: 4200.5, method: 'POST', path: '/v1/images/generations', request_id: 'r', status: 200, stream: false },
    ts: Math.floor(Date.now() / 1000),
    ...o,
  })}\n`;

/** A host with a panel that is connected to it, for the tests of a suite. */
export interface OpenHost {
  host(): HostUnderTest;
  panel(): PanelUnderTest;
}

function some<T>(value: T | null): T {
  if (value === null) throw new Error('the host is not open yet');
  return value;
}

/** Opens a host and its panel for the tests of the suite around the call; `prepare` runs once the panel is online. */
export function useHost(
  kind: HostUnderTest['kind'],
  prepare: (opened: { readonly host: HostUnderTest; readonly panel: PanelUnderTest }) => Promise<unknown> = async () => undefined,
): OpenHost {
  let host: HostUnderTest | null = null;
  let panel: PanelUnderTest | null = null;
  beforeAll(async () => {
    host = await openHost(kind);
    panel = openPanel(host);
    await online(panel);
    await prepare({ host, panel });
  });
  afterAll(async () => {
    panel?.dispose();
    await host?.close();
  });
  return { host: () => some(host), panel: () => some(panel) };
}
