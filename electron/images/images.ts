import { randomBytes } from 'node:crypto';
import type { Agent } from 'node:http';
import type { ImageParameters, ImageRun, RunPhase, Way, WayState } from '../../shared/contract/images.ts';
import { PanelException, toPanelError } from '../../shared/errors.ts';
import { seedOf, sizeProblem } from '../../shared/image-graphs/rules.ts';
import { monotonicMs } from '../../shared/monotonic.ts';
import type { InvokeAiLine } from '../backends/invokeai-events.ts';
import { createJsonClient, type JsonClient } from '../backends/json-client.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import type { Logger } from '../log.ts';
import type { Transport } from '../ssh/transport.ts';
import { generateInQueue } from './backend-way.ts';
import { askTheHost } from './diagnose.ts';
import { followSeeds } from './follow.ts';
import type { Gallery } from './gallery.ts';
import type { Made } from './made.ts';
import { curlOf, openAiBody } from './openai-request.ts';
import { generateByRequest, splitTiming } from './openai-way.ts';
import { saveImages, withoutDeleted } from './save-images.ts';
import { type LoggedRefusal, lastRefusal } from './shim-log.ts';
import { watchVram } from './vram-watch.ts';
import { lookAtWays } from './ways.ts';

const SHIM_PEER = { code: 'shim', layer: 'backend', name: 'The images shim' } as const;
const SHIM_PORT = 9091;

/** Errors of the gateway, or of a proxy in front of it, whose cause may lie on the host. */
const ASKS_THE_HOST: ReadonlySet<string> = new Set(['gateway-backend-not-ready', 'gateway-proxy-timeout', 'gateway-slow']);

/** The Playground of one host: one run at a time. */
export interface Images {
  ways(): Promise<WayState[]>;
  run(): ImageRun | null;
  /** Throws images-running, and what the parameters alone already tell. */
  start(way: Way, parameters: ImageParameters): ImageRun;
  cancel(runId: string): void;
  onChange(listener: (run: ImageRun) => void): () => void;
  stop(): void;
}

export interface ImagesOptions {
  readonly transport: Transport;
  /** Of the transport; shared with whoever else talks to InvokeAI. */
  readonly agent: Agent;
  readonly invokeai: JsonClient;
  readonly line: InvokeAiLine;
  readonly gateway: Gateway;
  readonly gpu: Pick<GpuSampler, 'status' | 'onSamples'>;
  readonly gallery: Gallery;
  readonly hostLabel: () => string;
  /** The host's clock minus this computer's; null = not known. */
  readonly clockOffsetMs: () => number | null;
  readonly log: Logger;
  readonly now: () => number;
  readonly anySeed?: () => number;
}

export function createImages(o: ImagesOptions): Images {
  const anySeed = o.anySeed ?? (() => randomBytes(4).readUInt32BE(0));
  const listeners = new Set<(run: ImageRun) => void>();
  const { agent, invokeai, line } = o;
  const shim = createJsonClient({ peer: SHIM_PEER, port: SHIM_PORT, agent });
  let run: ImageRun | null = null;
  let cancel: AbortController | null = null;
  let nextId = 1;

  const take = (next: ImageRun): void => {
    run = next;
    for (const listener of listeners) listener(withoutDeleted(next, o.gallery));
  };
  const stopWatchingGallery = o.gallery.onChange(() => {
    if (run?.phase.kind === 'done') take(run);
  });
  const enter = (runId: string, phase: RunPhase): void => {
    if (run?.runId === runId) take({ ...run, phase });
  };

  /** Without the host's clock a line of an earlier run would pass for this one's. */
  const refusalOf = async (startedAt: number): Promise<LoggedRefusal | null> => {
    const offsetMs = o.clockOffsetMs();
    return offsetMs === null ? null : await lastRefusal(o.transport, startedAt + offsetMs);
  };
  const perform = async (begun: ImageRun, signal: AbortSignal): Promise<void> => {
    const { runId, way, parameters, startedAt } = begun;
    const begunMs = monotonicMs();
    const seeds = [...Array(parameters.count).keys()].map((index) => seedOf(parameters.seed ?? 0, index));
    const vram = watchVram(o.gpu, startedAt);
    let news = waiter();
    const isOnline = o.transport.snapshot.state.kind === 'online';
    // Through the gateway too: what the backend tells is the only preview there is.
    const follower = isOnline
      ? followSeeds({
          client: invokeai,
          line,
          seeds,
          onProgress: (progress) => {
            if (!signal.aborted && run?.phase.kind === 'running') enter(runId, { kind: 'running', ...progress });
            news.tell();
          },
        })
      : null;
    try {
      const made = await generate(way, parameters, {
        signal,
        news: () => {
          news = waiter();
          return news.told;
        },
      });
      const savedFrom = performance.now();
      const { pictures, notes } = await saveImages(o.gallery, made.pictures, (index) => ({
        createdAt: o.now(),
        parameters: {
          ...parameters,
          seed: made.seeds[index] ?? seeds[index] ?? null,
          scheduler: made.scheduler ?? parameters.scheduler,
          count: 1,
        },
        way,
        modelUsed: made.modelUsed,
        elapsedMs: monotonicMs() - begunMs,
        hostLabel: o.hostLabel(),
      }));
      const finished: Extract<RunPhase, { kind: 'done' }> = {
        kind: 'done',
        pictures,
        timing: { ...made.timing, saveMs: performance.now() - savedFrom, totalMs: monotonicMs() - begunMs },
        vram: vram.end(),
        requestId: made.requestId,
        headers: made.headers.map(([name, value]) => [name, value]),
        notes: [...made.notes, ...notes, ...sizeNotes(parameters, pictures)],
      };
      cancel = null;
      enter(runId, finished);
      if (finished.timing.generateMs !== null || follower === null) return;
      // The picture is there; how long it waited and how long it was made is asked for afterwards.
      const split = splitTiming(await follower.jobs(), finished.timing.answerMs);
      enter(runId, { ...finished, timing: { ...finished.timing, ...split } });
    } catch (thrown) {
      vram.end();
      const elapsedMs = monotonicMs() - begunMs;
      if (signal.aborted) return enter(runId, { kind: 'cancelled', elapsedMs });
      const error = toPanelError(thrown);
      o.log.warn('images.failed', { way, code: error.code });
      // The gateway's 502 and 503 say little of what happened behind it; the host knows.
      const isHidden = way !== 'backend' && (error.layer === 'backend' || ASKS_THE_HOST.has(error.code));
      const found =
        isHidden && follower !== null ? await askTheHost({ shim, invokeai, jobs: follower.jobs, refusal: () => refusalOf(startedAt) }) : [];
      enter(runId, { kind: 'failed', error, found, elapsedMs });
    } finally {
      follower?.stop();
      if (run?.runId === runId) cancel = null;
    }
  };

  const generate = (
    way: Way,
    parameters: ImageParameters,
    rest: { readonly signal: AbortSignal; readonly news: () => Promise<void> },
  ): Promise<Made> => {
    if (way === 'backend') return generateInQueue({ client: invokeai, parameters, signal: rest.signal, news: rest.news });
    const isGateway = way === 'gateway';
    return generateByRequest({
      ask: isGateway ? o.gateway.ask : (ask) => shim.http.ask(ask),
      peer: isGateway ? null : SHIM_PEER,
      body: openAiBody(parameters),
      maxImages: parameters.count,
      signal: rest.signal,
      now: o.now,
    });
  };

  return {
    ways: () => {
      const isOnline = o.transport.snapshot.state.kind === 'online';
      if (isOnline) line.open();
      return lookAtWays({ gateway: o.gateway, shim, invokeai, isOnline });
    },
    run: () => (run === null ? null : withoutDeleted(run, o.gallery)),
    start: (way, wanted) => {
      if (cancel !== null) throw refused('images-running', 'A picture is being made already.', 'Wait for it, or cancel it.');
      o.gallery.requireRoom();
      const problem = sizeProblem(wanted.width, wanted.height);
      if (problem !== null) throw refused('images-size', problem, 'Pick another size.');
      const parameters = { ...wanted, seed: wanted.seed ?? anySeed() };
      const begun: ImageRun = {
        runId: `run-${nextId++}`,
        way,
        parameters,
        startedAt: o.now(),
        curl: curlFor(way, parameters, o.gateway),
        phase: { kind: 'running', said: 'Sent', ahead: null, share: null, preview: null },
      };
      cancel = new AbortController();
      take(begun);
      void perform(begun, cancel.signal);
      return begun;
    },
    cancel: (runId) => {
      if (run?.runId === runId) cancel?.abort();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      cancel?.abort();
      stopWatchingGallery();
      shim.close();
    },
  };
}

function curlFor(way: Way, parameters: ImageParameters, gateway: Gateway): string | null {
  const body = openAiBody(parameters);
  if (way === 'shim') return curlOf({ address: `http://127.0.0.1:${SHIM_PORT}`, body, hasToken: false, isOwnCertificate: false });
  const { profile, trust } = gateway.state();
  if (way === 'backend' || profile === null) return null;
  return curlOf({ address: profile.address, body, hasToken: true, isOwnCertificate: trust.kind !== 'system' });
}

/** A picture of another size than asked for was made by a stub, or by something that rounds. */
function sizeNotes(parameters: ImageParameters, pictures: readonly { readonly width: number; readonly height: number }[]): string[] {
  const other = pictures.find(({ width, height }) => width !== parameters.width || height !== parameters.height);
  return other === undefined ? [] : [`The picture is ${other.width} × ${other.height}, not the size asked for.`];
}

function waiter(): { readonly told: Promise<void>; tell(): void } {
  let tell = (): void => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { told, tell: () => tell() };
}

const refused = (code: string, message: string, hint: string): PanelException =>
  new PanelException({ code, layer: 'panel', message, hint, retryable: false });
