import { toPanelError } from '../../../../shared/errors.ts';
import { redactSecrets } from '../../../../shared/redact.ts';
import { readGateway } from '../../gateway/reading.ts';
import { generateByRequest } from '../../images/routes/openai-generate.ts';
import { openAiBody } from '../../images/routes/openai-request.ts';
import { isLostConnection } from '../engine/run.ts';
import { setupCancelledError, setupStepFailedError } from '../errors.ts';
import { findImageFault } from './image-fault.ts';
import type { ApiContext, ApiOperation, ApiState, GatewayClient } from './operation.ts';

const POLL_MS = 2_000;
/** The gateway checks its backends at its start and 30 s after each sweep, which takes 10 s at most. */
const READY_WITHIN_S = 75;
/** Others may use all slots. */
const SLOT_WITHIN_S = 60;
/** The gateway itself gives up an image after 120 s. */
const IMAGE_TIMEOUT_MS = 130_000;
const SIDE = 256;
const IMAGE = {
  prompt: 'a lighthouse on a rock',
  negativePrompt: '',
  width: SIDE,
  height: SIDE,
  steps: 4,
  guidance: 7,
  seed: null,
  model: null,
  scheduler: null,
  count: 1,
} as const;

/** What the gateway should report, and whether it should serve an image. */
export interface GatewayProof {
  readonly address: string;
  readonly backendClass: string;
  /** The key of the class in `backends_config.yaml`, by which the gateway reports its health. */
  readonly backendName: string;
  /** Images at a time. */
  readonly limit: number;
  /** False for a gateway that makes test images itself, which are no PNG. */
  readonly withImage: boolean;
}

/**
 * Proves a gateway: its status reports the class with the limit and a ready backend, and it serves an image. The check reads the status alone, so
 * that an image is made only in a run that changed something before.
 */
export function proveGateway(o: GatewayProof): ApiOperation {
  const request = `GET /v1/gateway/status${o.withImage ? `, POST /v1/images/generations ${SIDE}x${SIDE}` : ''}`;
  return {
    place: o.address,
    request,
    check: async (clients) => {
      const gateway = clients.gateway();
      if (gateway.kind === 'unusable') return { kind: 'failed', reason: gateway.reason, remedy: 'Set it up on the Gateway page.' };
      return await readProof(o, gateway.client, new AbortController().signal);
    },
    apply: async (clients, context) => {
      const gateway = clients.gateway();
      if (gateway.kind === 'unusable') throw setupStepFailedError(gateway.reason, '');
      await awaitReady(o, gateway.client, context);
      context.onLines([`${o.backendClass}: ready, ${imagesAtATime(o.limit)}`]);
      if (o.withImage) await proveImage(gateway.client, context);
    },
  };
}

const imagesAtATime = (limit: number): string => `${limit} ${limit === 1 ? 'image' : 'images'} at a time`;

async function readProof(o: GatewayProof, client: GatewayClient, signal: AbortSignal): Promise<ApiState> {
  const { admission, health } = await readGateway({ client, token: null, before: null, signal, now: Date.now });
  const slots = admission?.find(({ backendClass, routeKind }) => backendClass === o.backendClass && routeKind === 'images');
  if (slots === undefined) return { kind: 'failed', reason: `The gateway does not report ${o.backendClass} for images.` };
  if (slots.limit === null) return { kind: 'failed', reason: `The gateway reports no limit of ${o.backendClass}.` };
  if (slots.limit !== o.limit) {
    const reason = `The gateway reports ${imagesAtATime(slots.limit)} for ${o.backendClass} instead of ${o.limit}.`;
    return { kind: 'failed', reason, remedy: 'Restart the gateway, which reads its limits at its start.' };
  }
  const backend = health?.find(({ name }) => name === o.backendName);
  if (backend === undefined) return { kind: 'failed', reason: `The gateway has not checked ${o.backendName} yet.`, remedy: 'Plan again.' };
  if (backend.isHealthy === true && backend.isReady === true) return { kind: 'done' };
  const why = backend.error === null ? '' : ` (${backend.error})`;
  return {
    kind: 'failed',
    reason: `The gateway reports that ${o.backendName} is ${backend.isHealthy === true ? 'not ready' : 'not healthy'}${why}.`,
    remedy: 'Check nginx and the images shim of the GPU host, and its address in the parameters.',
  };
}

/** Waits until the status shows the proof. */
async function awaitReady(o: GatewayProof, client: GatewayClient, context: ApiContext): Promise<void> {
  const endsAt = context.now() + READY_WITHIN_S * 1000;
  let before = '';
  for (;;) {
    if (context.signal.aborted) throw setupCancelledError();
    const state = await readProof(o, client, context.signal).catch(asState);
    if (state.kind === 'done') return;
    const reason = state.kind === 'failed' ? state.reason : '';
    if (reason !== before) context.onLines([reason]);
    before = reason;
    if (context.now() >= endsAt) throw await notProven(`${reason} Waited ${READY_WITHIN_S} s.`, '', context);
    await context.pause(POLL_MS);
  }
}

/** A gateway that starts refuses connections; without SSH nothing is known of it. */
function asState(thrown: unknown): ApiState {
  if (isLostConnection(thrown)) throw thrown;
  return { kind: 'failed', reason: toPanelError(thrown).message };
}

async function proveImage(client: GatewayClient, context: ApiContext): Promise<void> {
  const startedAt = context.now();
  const data = await generate(client, context);
  const fault = data === undefined ? 'The gateway returned no image.' : await findImageFault(data, IMAGE);
  if (fault !== null) throw await notProven(fault, '', context);
  context.onLines([`Image of ${SIDE} × ${SIDE} in ${((context.now() - startedAt) / 1000).toFixed(1)} s`]);
}

/** One image; while all slots are in use, again. */
async function generate(client: GatewayClient, context: ApiContext): Promise<Buffer | undefined> {
  const endsAt = context.now() + SLOT_WITHIN_S * 1000;
  for (;;) {
    if (context.signal.aborted) throw setupCancelledError();
    const timeout = AbortSignal.timeout(IMAGE_TIMEOUT_MS);
    try {
      const { images } = await generateByRequest({
        request: client.request,
        peer: null,
        body: openAiBody(IMAGE),
        maxImages: 1,
        signal: AbortSignal.any([context.signal, timeout]),
        now: context.now,
      });
      return images[0]?.data;
    } catch (thrown) {
      if (context.signal.aborted) throw setupCancelledError();
      if (isLostConnection(thrown)) throw thrown;
      if (timeout.aborted) throw await notProven(`The gateway made no image within ${IMAGE_TIMEOUT_MS / 1000} s.`, '', context);
      const { code, message, detail } = toPanelError(thrown);
      if (code !== 'gateway-overloaded' || context.now() >= endsAt) {
        throw await notProven(`The gateway made no image: ${message}`, detail ?? '', context);
      }
    }
    await context.pause(POLL_MS);
  }
}

async function notProven(message: string, detail: string, context: ApiContext) {
  const lines = await context.lastLines();
  return setupStepFailedError(message, redactSecrets([detail, lines].filter((part) => part !== '').join('\n')));
}
