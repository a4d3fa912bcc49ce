import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { online, type PanelUnderTest, until } from '../e2e/integration/panel.ts';
import { isEnded } from '../electron/capabilities/images/next-runs.ts';
import { openAiBody } from '../electron/capabilities/images/routes/openai-request.ts';
import type { ImageParameters } from '../shared/capabilities/images/contract.ts';
import { type LabProcess, startLabProcess } from './lab-process.ts';
import { type Bench, median, quantile } from './result.ts';

const ROUNDS = 15;
/** An image of this size is never smaller. */
const MIN_BYTES = 100_000;

const parametersOf = (seed: number): ImageParameters => ({
  prompt: 'a lighthouse on a rock',
  negativePrompt: 'people',
  width: 1024,
  height: 1024,
  steps: 30,
  guidance: 6,
  seed,
  model: 'Juggernaut XL v9',
  scheduler: null,
  count: 1,
});

/** ms from the click to the image in the gallery. */
async function byPanel(panel: PanelUnderTest, seed: number): Promise<number> {
  const startedAt = performance.now();
  const { runId } = panel.images.start('gateway', parametersOf(seed));
  const { phase, elapsedMs } = await new Promise<{ phase: { readonly kind: string }; elapsedMs: number }>((resolve) => {
    const stop = panel.images.onChange((run) => {
      if (run.runId !== runId || !isEnded(run)) return;
      stop();
      resolve({ phase: run.phase, elapsedMs: performance.now() - startedAt });
    });
  });
  if (phase.kind !== 'done') throw new Error(`the run ended as ${JSON.stringify(phase)}`);
  // How the time is split is asked for after the image is there; it may not run into the next round.
  await until(() => {
    const run = panel.images.runs().at(-1);
    return run?.phase.kind === 'done' && run.phase.timing.generateMs !== null;
  }, 'the split');
  return elapsedMs;
}

/** ms from the start of curl to its end, and the image taken out of the answer into a file. */
async function byCurl(lab: LabProcess, folder: string, seed: number): Promise<number> {
  const { address, token, authorityFile } = lab.gateway;
  const file = join(folder, 'answer.json');
  const startedAt = performance.now();
  await new Promise<void>((resolve, reject) => {
    const args = ['-sSf', '--cacert', authorityFile, '-H', 'content-type: application/json', '-H', `authorization: Bearer ${token}`];
    const body = JSON.stringify(openAiBody(parametersOf(seed)));
    execFile('curl', [...args, '-o', file, '-d', body, `${address}/v1/images/generations`], (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  const answer = JSON.parse(readFileSync(file, 'utf8')) as { readonly data: readonly { readonly b64_json: string }[] };
  const image = Buffer.from(answer.data[0]?.b64_json ?? '', 'base64');
  writeFileSync(join(folder, 'picture.png'), image);
  const elapsedMs = performance.now() - startedAt;
  if (image.length < MIN_BYTES) throw new Error(`curl got ${image.length} bytes`);
  return elapsedMs;
}

export const bench: Bench = {
  name: 'playground-run',
  unavailable: () => null,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ada-panel-bench-'));
    const lab = await startLabProcess();
    const panel = lab.openPanel();
    try {
      lab.break('nobody-else');
      lab.break('images-take-1-s');
      await online(panel);
      await until(() => panel.gateway.state().phase.kind === 'live', 'the gateway');
      await until(async () => (await panel.images.routes()).find(({ route }) => route === 'gateway')?.isReady, 'the gateway to be ready');
      const [ours, curl]: [number[], number[]] = [[], []];
      // The first of each loads the model and what the programs need.
      for (let round = -1; round < ROUNDS; round += 1) {
        const ask = {
          panel: async () => ours.push(await byPanel(panel, 2 * round + 100)),
          curl: async () => curl.push(await byCurl(lab, folder, 2 * round + 101)),
        };
        // Now the one first, now the other.
        await (round % 2 === 0 ? ask.panel() : ask.curl());
        await (round % 2 === 0 ? ask.curl() : ask.panel());
        if (round < 0) for (const list of [ours, curl]) list.length = 0;
      }
      const [value, peer] = [median(ours), median(curl)];
      return [
        {
          name: 'Playground run through the gateway, 1024²',
          value,
          unit: 'ms',
          peer,
          ratio: value / peer,
          target: 'total ≤ 1.05 × the same request by curl',
          ok: value / peer <= 1.05,
          said: `${ROUNDS} of each in turns, generations of 1 s; p95 ${quantile(ours, 0.95).toFixed(0)} against ${quantile(curl, 0.95).toFixed(0)} ms`,
        },
      ];
    } finally {
      panel.dispose();
      lab.end();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
