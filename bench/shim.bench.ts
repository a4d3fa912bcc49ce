import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatedInvokeAi, startInvokeAi } from '../ada2/images-shim/testing/simulated-invokeai.ts';
import { imageNameOf } from '../shared/image-graphs/invokeai.ts';
import { type Bench, type Figure, median, quantile } from './result.ts';

const FILE = join(import.meta.dirname, '..', 'out', 'images-shim', 'images-shim.cjs');
const JOB_MS = 200;
const IMAGE_BYTES = 1_500_000;
const REQUESTS = 60;
const CLIENTS = 50;
const ROUNDS = 30;
const WARM_ROUNDS = 8;

interface ShimProcess {
  readonly url: string;
  /** Resident memory, MiB. */
  residentMiB(): number;
  end(): void;
}

/** The built file in a process of its own, as the unit runs it. */
async function startShim(invokeai: SimulatedInvokeAi, folder: string): Promise<ShimProcess> {
  const file = join(folder, 'images-shim.cjs');
  copyFileSync(FILE, file);
  const child: ChildProcess = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], SHIM_PORT: '0', INVOKEAI_BASE_URL: invokeai.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.once('exit', () => reject(new Error(`the shim ended: ${text}`)));
    child.stdout?.on('data', (part: Buffer) => {
      text = (text + part.toString()).slice(-10_000);
      const found = /listening port=(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    residentMiB: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024,
    end: () => void child.kill('SIGTERM'),
  };
}

const bodyOf = (seed: number): string => JSON.stringify({ prompt: 'an apple', seed, steps: 4, size: '1024x1024' });
const post = (url: string, body: string): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

/** Through the shim: the milliseconds until the whole answer is there. */
async function through(shim: ShimProcess, seed: number): Promise<number> {
  const startedAt = performance.now();
  const response = await post(`${shim.url}/v1/images/generations`, bodyOf(seed));
  const bytes = (await response.arrayBuffer()).byteLength;
  if (response.status !== 200 || bytes < IMAGE_BYTES) throw new Error(`the shim answered ${response.status} with ${bytes} bytes`);
  return performance.now() - startedAt;
}

/** The same by InvokeAI itself, asked for the job all the time: the least that anybody can wait. */
async function alone(invokeai: SimulatedInvokeAi): Promise<number> {
  const startedAt = performance.now();
  const queue = `${invokeai.url}/api/v1/queue/default`;
  const body = JSON.stringify(invokeai.enqueued[0]);
  const enqueued = (await (await post(`${queue}/enqueue_batch`, body)).json()) as { readonly item_ids: readonly number[] };
  for (;;) {
    const item = (await (await fetch(`${queue}/i/${enqueued.item_ids[0]}`)).json()) as { readonly status: string };
    if (item.status === 'completed') {
      const image = await fetch(`${invokeai.url}/api/v1/images/i/${imageNameOf(item)}/full`);
      if ((await image.arrayBuffer()).byteLength < IMAGE_BYTES) throw new Error('no image');
      return performance.now() - startedAt;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function addedTime(shim: ShimProcess, invokeai: SimulatedInvokeAi): Promise<Figure> {
  for (let warm = 0; warm < 10; warm += 1) await through(shim, warm);
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let seed = 0; seed < REQUESTS; seed += 1) {
    ours.push(await through(shim, seed));
    bare.push(await alone(invokeai));
  }
  const value = median(ours) - median(bare);
  return {
    name: 'shim: added time a request',
    value,
    unit: 'ms',
    peer: median(bare),
    ratio: median(ours) / median(bare),
    target: '≤ 5 ms median over the backend alone',
    ok: value <= 5,
    said: `${REQUESTS} requests in turns, jobs of ${JOB_MS} ms, images of 1.5 MB; p95 ${quantile(ours, 0.95).toFixed(0)} against ${quantile(bare, 0.95).toFixed(0)} ms`,
  };
}

async function memory(shim: ShimProcess): Promise<readonly Figure[]> {
  const resident: number[] = [];
  const took: number[] = [];
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
    const times = await Promise.all([...Array(CLIENTS).keys()].map((client) => through(shim, round * CLIENTS + client)));
    if (round < WARM_ROUNDS) continue;
    took.push(...times);
    resident.push(shim.residentMiB());
  }
  const third = Math.floor(ROUNDS / 3);
  const [early, late] = [median(resident.slice(0, third)), median(resident.slice(-third))];
  const growth = (late / early - 1) * 100;
  return [
    {
      name: `shim: memory at ${CLIENTS} waiting clients, last third over first`,
      value: growth,
      unit: '%',
      peer: null,
      ratio: null,
      target: 'flat: ≤ 10 %',
      ok: growth <= 10,
      said: `${ROUNDS} rounds of ${CLIENTS}; ${early.toFixed(0)} MiB, then ${late.toFixed(0)}; at most ${Math.max(...resident).toFixed(0)}; median answer after ${median(took).toFixed(0)} ms`,
    },
  ];
}

export const bench: Bench = {
  name: 'shim',
  unavailable: () => (process.platform !== 'linux' ? 'memory is read from /proc' : existsSync(FILE) ? null : 'the shim is not built'),
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shim-bench-'));
    const invokeai = await startInvokeAi({ jobMs: JOB_MS, imageBytes: IMAGE_BYTES });
    const shim = await startShim(invokeai, folder);
    try {
      return [await addedTime(shim, invokeai), ...(await memory(shim))];
    } finally {
      shim.end();
      await invokeai.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
