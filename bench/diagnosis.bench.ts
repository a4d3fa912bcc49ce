import { openHost } from '../e2e/integration/hosts.ts';
import { online, openPanel } from '../e2e/integration/panel.ts';
import { noRealHost } from './real-peer.ts';
import { type Bench, median } from './result.ts';
import { channelsOf } from './setup-host.ts';

const ROUNDS = 10;
const MAX_ROUND_TRIPS = 6;
const MAX_MS = 3_000;
const EXPECTED = 'nginx-stopped';

/** From the click on "Why: gateway returns 503" to the answer, on the real host with nginx stopped. */
export const bench: Bench = {
  name: 'diagnosis',
  unavailable: noRealHost,
  run: async () => {
    const host = await openHost('real');
    const panel = openPanel(host);
    try {
      await online(panel);
      await host.change('nginx.service', 'stop');
      const find = () => panel.troubleshooting.find('gateway-503', { at: null, error: null });
      const times: number[] = [];
      let commands = 0;
      let tunnels = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const startedMs = performance.now();
        const [channels, { causes }] = await channelsOf(find);
        times.push(performance.now() - startedMs);
        if (!causes.some(({ rule }) => rule === EXPECTED))
          throw new Error(`found ${causes.map(({ rule }) => rule).join() || 'nothing'}, not ${EXPECTED}`);
        // The panel’s own polls open channels too, so the least is what the answer needs.
        commands = round === 0 ? channels.commands : Math.min(commands, channels.commands);
        tunnels = round === 0 ? channels.tunnels : Math.min(tunnels, channels.tunnels);
      }
      const slowest = Math.max(...times);
      return [
        {
          name: '“503” from click to answer',
          value: median(times),
          unit: 'ms',
          peer: null,
          ratio: null,
          target: `≤ ${MAX_MS / 1000} s`,
          ok: slowest <= MAX_MS,
          said: `real host with nginx stopped, whose rule must be named; median of ${ROUNDS}, the slowest ${Math.round(slowest)} ms`,
        },
        {
          name: 'round trips of “503”',
          value: commands,
          unit: 'commands',
          peer: null,
          ratio: null,
          target: `≤ ${MAX_ROUND_TRIPS}`,
          ok: commands <= MAX_ROUND_TRIPS,
          said: `channels for commands that ssh2 opened, the least of ${ROUNDS} answers; ${tunnels} more were opened beside them, all at once, for requests to services`,
        },
      ];
    } finally {
      await host.change('nginx.service', 'start');
      panel.dispose();
      await host.close();
    }
  },
};
