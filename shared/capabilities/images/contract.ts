import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { ImageParameters, RouteId, RouteState } from './request.ts';
import { ImageRun, RunOrder } from './run.ts';
import { Sweep } from './sweep.ts';

export * from './request.ts';
export * from './run.ts';
export * from './sweep.ts';

const RunId = z.string().max(100);
/** Runs that wait or are at work at once, of one host. */
export const MAX_OPEN_RUNS = 200;
export const MAX_SHEET_BYTES = 128 * 1024 * 1024;

export const imageCalls = [
  hostCall('images.routes', z.void(), z.array(RouteState)),
  /** Every run, without those of `known` that have ended. */
  hostCall('images.queue', z.object({ known: z.array(RunId).max(1000) }), z.object({ runs: z.array(ImageRun), order: RunOrder })),
  /** Adds a run, which is sent as soon as its route takes one more. The prompt is sent as it is. */
  hostCall('images.start', z.object({ route: RouteId, parameters: ImageParameters }), ImageRun),
  /**
   * Adds what the form holds: alternatives and lists in the prompt are resolved by the seed, each image with its own words; a sweep adds
   * a run for each cell. The prompt goes into the history.
   */
  hostCall('images.startForm', z.object({ route: RouteId, parameters: ImageParameters, sweep: Sweep.nullable() }), z.void()),
  /** Adds a run that failed or was cancelled again, with the parameters that it had. */
  hostCall('images.retry', z.object({ runId: RunId }), z.void()),
  /** Cancels runs that wait or are at work; null = all of them. */
  hostCall('images.cancel', z.object({ runIds: z.array(RunId).max(1000).nullable() }), z.void()),
  /** Puts a waiting run in front of another that waits; null = behind all. */
  hostCall('images.move', z.object({ runId: RunId, before: RunId.nullable() }), z.void()),
  /** Takes runs out of the list that are not at work; their images stay in the gallery. Returns the id of the removal. */
  hostCall('images.remove', z.object({ runIds: z.array(RunId).max(1000) }), z.number().int()),
  /** Brings the runs of a removal back. */
  hostCall('images.restore', z.object({ removalId: z.number().int() }), z.void()),
  /** How long each of these runs would take, by earlier runs like it, in ms; null = not known. */
  hostCall('images.estimate', z.array(ImageParameters).max(MAX_OPEN_RUNS), z.array(z.number().nullable())),
  /** Asks where to save a drawn sheet, and puts what it is of into the PNG; null = the operator cancelled. */
  hostCall(
    'images.saveSheet',
    z.object({ png: z.instanceof(Uint8Array).refine((png) => png.length <= MAX_SHEET_BYTES), text: z.string().max(40_000) }),
    z.object({ savedTo: z.string().nullable() }),
  ),
] as const;

export const imageEvents = [hostEvent('images.runChanged', ImageRun), hostEvent('images.orderChanged', RunOrder)] as const;
