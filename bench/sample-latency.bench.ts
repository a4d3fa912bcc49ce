import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostUnderTest, openHost } from '../e2e/integration/hosts.ts';
import { launchPanel } from '../e2e/support/panel.ts';
import { DEFAULT_SETTINGS } from '../shared/default-settings.ts';
import { noRealHost, pause, sshLines } from './real-peer.ts';
import { type Bench, quantile } from './result.ts';

const SECONDS = 60;
/** A screen of 60 Hz and a line a second keep their distance for a whole run, so that each start of the panel has its own. */
const STARTS = 4;
/** A sample seen later than this is not this one, but one of the same value a round later. */
const SAME_SAMPLE_MS = 5_000;

interface Seen {
  readonly usedMiB: number;
  readonly atMs: number;
}

/** A reading in the panel: when its number stood in the document, and when the frame with it had been shown. */
interface Painted extends Seen {
  readonly changedAtMs: number;
}

/** Every reading that nvidia-smi wrote, with the moment it did: host and panel share one clock here. */
function emitted(host: HostUnderTest): Seen[] {
  const notes = host.real?.run('cat', '/run/ada-emitted') ?? '';
  return notes
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .map(([usedMiB = Number.NaN, atMs = Number.NaN]) => ({ usedMiB, atMs }));
}

/** How long after it was written each reading was seen, ms. */
function latencies(seen: readonly Seen[], written: readonly Seen[]): number[] {
  return seen.flatMap(({ usedMiB, atMs }) => {
    const source = written.findLast((one) => one.usedMiB === usedMiB && one.atMs <= atMs + 1 && atMs - one.atMs < SAME_SAMPLE_MS);
    return source === undefined ? [] : [atMs - source.atMs];
  });
}

// Text, because what loads this file gives its functions helpers that the page does not have.
const WATCH = `{
  globalThis.adaSeen = [];
  const number = document.querySelector('.ada-vram-number');
  new MutationObserver(() => {
    const usedMiB = Math.round(Number.parseFloat(number.textContent) * 1024);
    const changedAtMs = Date.now();
    requestAnimationFrame(() => requestAnimationFrame(() => globalThis.adaSeen.push({ usedMiB, changedAtMs, atMs: Date.now() })));
  }).observe(number, { characterData: true, childList: true, subtree: true });
}`;

async function watchPanel(host: HostUnderTest): Promise<Painted[]> {
  const home = mkdtempSync(join(tmpdir(), 'ada-panel-bench-'));
  const dataFolder = join(home, 'data');
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  mkdirSync(dataFolder);
  copyFileSync(host.knownHostsFile, join(home, '.ssh', 'known_hosts'));
  writeFileSync(join(dataFolder, 'hosts.json'), JSON.stringify([host.profile]));
  const last = { page: 'overview', hostId: host.profile.id, gpuRangeMs: 900_000 };
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ ...DEFAULT_SETTINGS, last }));
  const panel = await launchPanel({ args: [], dataFolder, environment: { HOME: home } });
  try {
    await panel.page
      .getByText(/\d+\.\d \/ 45\.0 GiB/)
      .first()
      .waitFor();
    await panel.page.evaluate(WATCH);
    await pause((SECONDS / STARTS) * 1000);
    return (await panel.page.evaluate('globalThis.adaSeen')) as Painted[];
  } finally {
    await panel.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function watchPeer(host: HostUnderTest): Promise<Seen[]> {
  const seen: Seen[] = [];
  const query = 'nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits -lms 1000';
  const peer = sshLines(host, query, (line) => seen.push({ usedMiB: Number(line), atMs: Date.now() }));
  await pause(SECONDS * 1000);
  peer.end();
  return seen;
}

export const bench: Bench = {
  name: 'sample-latency',
  unavailable: noRealHost,
  run: async () => {
    const host = await openHost('real');
    try {
      const beginNotes = () => host.real?.run('install', '-m', '666', '/dev/null', '/run/ada-emitted');
      beginNotes();
      // One after the other: nvidia-smi notes what it wrote, not who read it.
      const peerSeen = await watchPeer(host);
      const peer = latencies(peerSeen, emitted(host));
      host.real?.run('sh', '-c', "pkill -f 'query-gpu=[m]emory.used' || true");
      beginNotes();
      const panelSeen: Painted[] = [];
      for (let start = 0; start < STARTS; start += 1) panelSeen.push(...(await watchPanel(host)));
      const panel = latencies(panelSeen, emitted(host));
      const changed = latencies(
        panelSeen.map(({ usedMiB, changedAtMs }) => ({ usedMiB, atMs: changedAtMs })),
        emitted(host),
      );
      for (const [name, list] of Object.entries({ peer, panel }))
        if (list.length < SECONDS / 2) throw new Error(`the ${name} saw ${list.length} samples in ${SECONDS} s`);
      const [value, reference] = [quantile(panel, 0.95), quantile(peer, 0.95)];
      const changedValue = quantile(changed, 0.95);
      return [
        {
          name: 'nvidia-smi line to document, p95',
          value: changedValue,
          unit: 'ms',
          peer: reference,
          ratio: changedValue / reference,
          target: 'p95 ≤ 20 ms later than the line in ssh',
          ok: changedValue - reference <= 20,
          said: `what the panel itself takes, up to the number in the document; median ${quantile(changed, 0.5)} ms`,
        },
        {
          name: 'nvidia-smi line to pixel, p95',
          value,
          unit: 'ms',
          peer: reference,
          ratio: value / reference,
          target: 'p95 ≤ 20 ms later than the line in ssh',
          ok: value - reference <= 20,
          said: `up to two frames of the screen (17 ms each at 60 Hz) included; ${panel.length} samples painted, ${peer.length} lines; medians ${quantile(panel, 0.5)} and ${quantile(peer, 0.5)} ms`,
        },
      ];
    } finally {
      await host.close();
    }
  },
};
