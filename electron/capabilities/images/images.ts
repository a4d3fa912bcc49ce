import { randomBytes } from 'node:crypto';
import type { Agent } from 'node:http';
import type { ImageParameters, ImageRun, RunPhase, Way, WayState } from '../../../shared/capabilities/images/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { PanelException, toPanelError } from '../../../shared/errors.ts';
import { seedOf, sizeProblem } from '../../../shared/image-graphs/rules.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import type { InvokeAiLine } from '../backends/invokeai-events.ts';
import { createJsonClient, type JsonClient } from '../backends/json-client.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import { generateInQueue } from './backend-way.ts';
import { askTheHost } from './diagnose.ts';
import { type Follower, followSeeds, isOfRun } from './follow.ts';
import type { Gallery } from './gallery.ts';
import type { GenerationResult } from './generation-result.ts';
import { createOpenJobs, trackBatches } from './open-jobs.ts';
import { curlOf, openAiBody } from './openai-request.ts';
import { generateByRequest } from './openai-way.ts';
import { performRun } from './perform-run.ts';
import { queueNews } from './queue-news.ts';
import { withoutDeleted } from './save-images.ts';
import { type LoggedRefusal, lastRefusal } from './shim-log.ts';
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
  /** Batches of this panel in InvokeAI's queue, over restarts of the panel. */
  readonly openBatches: { recall(): readonly string[]; remember(batchIds: readonly string[]): void };
  readonly log: Logger;
  readonly now: () => number;
  readonly anySeed?: () => number;
}

export function createImages(o: ImagesOptions): Images {
  const anySeed = o.anySeed ?? (() => randomBytes(4).readUInt32BE(0));
  const changes = createEmitter<ImageRun>();
  const { agent, invokeai, line } = o;
  const shim = createJsonClient({ peer: SHIM_PEER, port: SHIM_PORT, agent });
  const closing = new AbortController();
  const news = queueNews(line);
  const openJobs = createOpenJobs({ client: invokeai, line, left: o.openBatches.recall(), save: o.openBatches.remember });
  const takenBatches = new Set<string>();
  let run: ImageRun | null = null;
  let cancel: AbortController | null = null;
  let lastFollower: Follower | null = null;
  let nextId = 1;

  const take = (next: ImageRun): void => {
    run = next;
    changes.emit(withoutDeleted(next, o.gallery));
  };
  const stopWatchingGallery = o.gallery.onChange(() => {
    if (run?.phase.kind === 'done') take(run);
  });
  const enter = (runId: string, phase: RunPhase): void => {
    if (run?.runId === runId) take({ ...run, phase });
  };

  /** Without the host's clock a line of an earlier run would pass for this one's. */
  const refusalOf = async (startedAt: number): Promise<LoggedRefusal | null> => {
    const since = hostTime(startedAt);
    return since === null ? null : await lastRefusal(o.transport, since);
  };
  const followRun = ({ runId, way, parameters, startedAt }: ImageRun, cancelled: AbortSignal): Follower | null => {
    if (o.transport.snapshot.state.kind !== 'online') return null;
    // Through the gateway too: what the backend tells is the only preview there is.
    return followSeeds({
      client: invokeai,
      line,
      seeds: [...Array(parameters.count).keys()].map((index) => seedOf(parameters.seed ?? 0, index)),
      takenBatches,
      isOurs: (item) => isOfRun(item, { way, prompt: parameters.prompt, sinceMs: hostTime(startedAt) }),
      onProgress: (progress) => {
        if (!cancelled.aborted && run?.phase.kind === 'running') enter(runId, { kind: 'running', ...progress });
      },
    });
  };
  /** A moment of this computer by the host's clock; null = that clock is not known. */
  const hostTime = (atMs: number): number | null => {
    const offsetMs = o.clockOffsetMs();
    return offsetMs === null ? null : atMs + offsetMs;
  };
  const perform = (begun: ImageRun, cancelling: AbortController): void => {
    const { runId, way, startedAt } = begun;
    const follower = followRun(begun, cancelling.signal);
    lastFollower = follower;
    void performRun(begun, cancelling.signal, closing.signal, {
      ...o,
      openJobs,
      follower,
      generate: (signal, batchIds) => generate(begun, signal, batchIds),
      diagnose: async (thrown) => {
        const error = toPanelError(thrown);
        o.log.warn('images.failed', { way, code: error.code });
        // The gateway's 502 and 503 say little of what happened behind it; the host knows.
        const isHidden = way !== 'backend' && (error.layer === 'backend' || ASKS_THE_HOST.has(error.code));
        if (!isHidden || follower === null) return [];
        return askTheHost({ shim, invokeai, jobs: follower.jobs, refusal: () => refusalOf(startedAt) });
      },
      enter: (phase) => enter(runId, phase),
      onOver: () => {
        if (cancel === cancelling) cancel = null;
      },
    });
  };

  const generate = ({ runId, way, parameters }: ImageRun, signal: AbortSignal, batchIds: string[]): Promise<GenerationResult> => {
    if (way === 'backend') {
      return generateInQueue({
        client: invokeai,
        parameters,
        signal,
        news: () => news.next(),
        batches: trackBatches(openJobs, batchIds),
        onAway: (why) => {
          if (signal.aborted) return;
          const said = why === null ? 'InvokeAI responds again' : `Waiting for InvokeAI, whose queue keeps the job. ${why.message}`;
          enter(runId, { kind: 'running', said, ahead: null, share: null, preview: null });
        },
      });
    }
    const isGateway = way === 'gateway';
    return generateByRequest({
      ask: isGateway ? o.gateway.ask : (ask) => shim.http.ask(ask),
      peer: isGateway ? null : SHIM_PEER,
      body: openAiBody(parameters),
      maxImages: parameters.count,
      signal,
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
      if (cancel !== null) throw refused('images-running', 'An image is being made already.', 'Wait for it, or cancel it.');
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
      // A cancelled run whose jobs are cancelled as they appear must not take those of a new one with the same seed.
      lastFollower?.stop();
      take(begun);
      perform(begun, cancel);
      return begun;
    },
    cancel: (runId) => {
      if (run?.runId === runId) cancel?.abort();
    },
    onChange: changes.on,
    stop: () => {
      closing.abort();
      lastFollower?.stop();
      news.stop();
      openJobs.stop();
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

const refused = (code: string, message: string, hint: string): PanelException =>
  new PanelException({ code, layer: 'panel', message, hint, retryable: false });
