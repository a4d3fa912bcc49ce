import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RULES } from '../../electron/capabilities/troubleshooting/rules/index.ts';
import { GPU_UUID } from '../../lab/base/gpu.ts';
import { enqueue } from '../../lab/host/backend-faults.ts';
import { Simulation } from '../../lab/host/simulation.ts';
import type { Lab } from '../../lab/lab.ts';
import type { AskedError, TroubleshootingAnswer } from '../../shared/capabilities/troubleshooting/contract.ts';
import { SYMPTOM_IDS, type SymptomId } from '../../shared/capabilities/troubleshooting/symptoms.ts';
import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { columnOf } from '../../shared/gpu-row.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';
import { type Broken, LAB_ROWS } from './troubleshooting-faults.ts';
import { breakRealHost, REAL_ROWS } from './troubleshooting-real.ts';

const SHIM = 'invokeai-openai-images-shim.service';
const NOW = { at: null, error: null } as const;
const OF_EARLIER_IMAGES: readonly string[] = ['cuda-out-of-memory', 'two-jobs-at-once'];
const ruleIds = ({ causes }: TroubleshootingAnswer): readonly string[] => causes.map(({ rule }) => rule);

/** The answer that names the rules, the first of them first, once what was repaired before responds again. */
async function naming(
  panel: PanelUnderTest,
  symptom: SymptomId,
  rules: readonly string[],
  { isFirst, error = null }: { readonly isFirst: boolean; readonly error?: AskedError | null },
): Promise<TroubleshootingAnswer> {
  let last: readonly string[] = [];
  const find = async (): Promise<TroubleshootingAnswer | null> => {
    const answer = await panel.troubleshooting.find(symptom, { at: null, error });
    last = ruleIds(answer);
    return rules.every((rule) => last.includes(rule)) && (!isFirst || last[0] === rules[0]) ? answer : null;
  };
  const what = `${rules.join(', ')} for ${symptom}`;
  return until(find, what, 40_000).catch((thrown: unknown) => {
    throw new Error(`${String(thrown)}; found last: ${last.join(', ')}; asked about ${JSON.stringify(error)}`);
  });
}

/** Requests images of the lab's gateway; the reply to the last as the panel would ask about it, null = an image came. */
async function requestImages(
  lab: Lab,
  { count, fields = {}, isCancelled = false }: NonNullable<Broken['images']>,
): Promise<AskedError | null> {
  const body = JSON.stringify({ prompt: 'a lighthouse', ...fields });
  const headers = { authorization: `Bearer ${lab.gateway.token}`, 'content-type': 'application/json' };
  const post = (): Promise<AskedError | null> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: lab.gateway.apiPort, path: '/v1/images/generations', method: 'POST', headers };
      const sent = request({ ...options, ca: lab.gateway.authority, servername: 'localhost' }, (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (part: Buffer) => parts.push(part));
        reply.once('end', () => {
          const message = Buffer.concat(parts).toString('utf8').slice(0, 2_000);
          resolve(reply.statusCode === 200 ? null : { code: 'gateway-backend-failed', message, detail: null });
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  const replies = Promise.all(Array.from({ length: count }, post));
  if (isCancelled) {
    const { queue } = lab.simulation.invokeai;
    const isOfGateway = ({ origin }: { readonly origin: string | null }): boolean => origin?.includes('shim') === true;
    await until(() => queue.items.some((item) => isOfGateway(item) && item.status === 'in_progress'), 'the job of the gateway');
    queue.cancelMany(isOfGateway);
  }
  return (await replies).at(-1) ?? null;
}

/** Breaks the lab; returns what is asked about, and what repairs it. */
async function breakLab({ lab, change }: HostUnderTest, { faults, stops, restarts, images }: Broken) {
  if (lab === null) throw new Error('only the lab is broken so');
  const { units } = lab.simulation;
  for (const fault of faults) lab.break(fault);
  if (stops !== undefined) await change(stops, 'stop');
  const restarting = restarts === undefined ? undefined : units.units.get(restarts);
  if (restarting !== undefined) units.restart(restarting, () => {});
  const error = images === undefined ? null : await requestImages(lab, images);
  const repair = (): void => {
    for (const fault of [...faults].reverse()) lab.repair(fault);
    if (stops === undefined && restarts === undefined) return;
    // A stop of InvokeAI takes the shim along.
    for (const name of new Set([stops ?? restarts ?? '', SHIM])) {
      const unit = units.units.get(name);
      if (unit === undefined || unit.activeState === 'active') continue;
      units.resetFailed(unit);
      units.startAtOnce(unit);
    }
  };
  return { error, repair };
}

/** Rows of a lab whose images leave VRAM behind, one image each two and a half minutes; lived through at once. */
function leakingReadings(endMs: number): Float64Array {
  const beginMs = endMs - 25 * 60_000;
  const simulation = new Simulation({ seed: 3, nowMs: beginMs, historyMs: 60_000 });
  for (const fault of ['vram-leak', 'nobody-else'] as const) simulation.faults.add(fault);
  const ollama = simulation.units.units.get('ollama.service');
  if (ollama !== undefined) simulation.units.stop(ollama, () => {});
  const rows: number[] = [];
  for (let second = 1; second <= 25 * 60; second += 1) {
    if (second % 150 === 10) enqueue(simulation, 1);
    simulation.advanceTo(beginMs + second * 1000);
    const { memoryUsedMiB, utilizationGpuPercent, temperatureC, throttleBits } = simulation.gpu.read();
    const row = new Float64Array(GPU_ROW_WIDTH).fill(Number.NaN);
    row[0] = beginMs + second * 1000;
    row[columnOf('memoryUsedMiB')] = memoryUsedMiB;
    row[columnOf('utilizationGpuPercent')] = utilizationGpuPercent;
    row[columnOf('temperatureC')] = temperatureC;
    row[columnOf('throttleBits')] = throttleBits;
    rows.push(...row);
  }
  return Float64Array.from(rows);
}

describe('the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    host = await openHost('lab');
    panel = openPanel(host);
    await online(panel);
    await until(() => panel.gateway.state().phase.kind === 'live', 'the gateway');
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  it('has no cause for any symptom while it is whole and at rest', async () => {
    // An image at work takes the card to its power limit, and a language model VRAM.
    host.lab?.break('nobody-else');
    await host.change('ollama.service', 'stop');
    await until(() => host.lab?.simulation.invokeai.queue.current === null, 'the last image');
    for (const symptom of SYMPTOM_IDS) {
      const { causes, ruledOut } = await panel.troubleshooting.find(symptom, NOW);
      // One of the images that the lab's clients generated may have run out of VRAM.
      expect([symptom, causes.filter(({ rule }) => !OF_EARLIER_IMAGES.includes(rule)).map(({ rule, cause }) => [rule, cause])]).toEqual([
        symptom,
        [],
      ]);
      expect(ruledOut.length).toBeGreaterThan(1);
    }
    await host.change('ollama.service', 'start');
    host.lab?.repair('nobody-else');
  });

  it.each(LAB_ROWS.map((row) => [row.rules.join(', '), row] as const))('%s', async (_rules, { rules, symptom, broken, isFirst }) => {
    const { error, repair } = await breakLab(host, broken);
    try {
      // The gateway learns of a link that is gone with its next check, and the lab's journal of a line at once.
      const answer = await naming(panel, symptom, rules, { isFirst, error });
      for (const rule of rules) expect(answer.causes.find((one) => one.rule === rule)?.proof.length).toBeGreaterThan(0);
    } finally {
      repair();
      void panel.gateway.refresh();
    }
  });

  it('names requests past the gateway where none is set up', async () => {
    const without = openPanel({ ...host, gateway: null });
    try {
      await online(without);
      expect(ruleIds(await without.troubleshooting.find('base64-instead-of-url', NOW))).toEqual(['asked-past-the-gateway']);
    } finally {
      without.dispose();
    }
  });

  it('names VRAM that does not come back, from the readings of half an hour', async () => {
    const later = openPanel(host);
    try {
      later.history.append({ hostId: later.profile.id, kind: 'gpu', subject: GPU_UUID }, leakingReadings(Date.now()));
      await online(later);
      // Readings are stored by GPU, which the panel must have seen first.
      await until(() => later.gpu.status().gpus.length > 0, 'the GPUs');
      expect(ruleIds(await later.troubleshooting.find('out-of-memory', NOW))).toContain('vram-leak');
    } finally {
      later.dispose();
    }
  });

  it('has rows of rules that exist', () => {
    const ids = new Set(RULES.map(({ id }) => id));
    const named = [...LAB_ROWS.flatMap(({ rules }) => rules), ...REAL_ROWS.flatMap(({ rules }) => rules)];
    expect(named.filter((rule) => !ids.has(rule))).toEqual([]);
  });
});

describe.skipIf(!HOSTS.includes('real'))('a real host', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    host = await openHost('real');
    panel = openPanel(host);
    await online(panel);
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  it.each(REAL_ROWS.map((row) => [row.rules.join(', '), row] as const))('%s', async (_rules, { rules, symptom, broken, isFirst }) => {
    const repair = await breakRealHost(host, broken);
    try {
      const answer = await naming(panel, symptom, rules, { isFirst });
      expect(answer.unknown.filter(({ fact }) => /did not answer|rule failed/.test(fact))).toEqual([]);
    } finally {
      await repair();
    }
  });

  it('says that the login may not read the logs, and finds a stopped unit all the same', async () => {
    const user = await host.withoutJournal();
    const stranger = openPanel(host, user === null ? {} : { user });
    try {
      await online(stranger);
      await host.change('nginx.service', 'stop');
      const answer = await naming(stranger, 'gateway-503', ['nginx-stopped'], { isFirst: false });
      expect(answer.unknown.map(({ fact }) => fact)).toContain('the login may not read the logs');
    } finally {
      await host.change('nginx.service', 'start');
      stranger.dispose();
    }
  });
});
