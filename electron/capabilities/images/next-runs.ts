import type { ImageRun, RouteId, RunPhase } from '../../../shared/capabilities/images/contract.ts';

export type WaitingPhase = Extract<RunPhase, { kind: 'waiting' }>;

/** What is known of the slots for images of the gateway. */
export interface GatewaySlots {
  /** Null = not reported. */
  readonly limit: number | null;
  readonly available: number | null;
  /** When they were read, epoch ms. */
  readonly readAt: number;
}

export interface Lanes {
  /** Null = the gateway reports no slots, or does not respond. */
  readonly slots: GatewaySlots | null;
  /** Until when the gateway wants no further request, epoch ms, and in whose words. */
  readonly refused: { readonly retryAt: number; readonly message: string } | null;
  /** The last moment when one of this panel's own runs took or left a slot, epoch ms. */
  readonly slotsChangedAt: number;
  readonly nowMs: number;
}

export const isEnded = ({ phase }: Pick<ImageRun, 'phase'>): boolean => phase.kind !== 'waiting' && phase.kind !== 'running';

/** A run goes by itself through every route but the gateway, whose slots are more than one: each backend works on one job at a time. */
export function nextRuns(
  runs: readonly ImageRun[],
  lanes: Lanes,
): {
  /** The run to send now; null = none. */
  readonly send: ImageRun | null;
  /** The phase of each run that stays waiting. */
  readonly waiting: ReadonlyMap<string, WaitingPhase>;
} {
  const waiting = new Map<string, WaitingPhase>();
  const inLane = new Map<RouteId, number>();
  const atWork = (route: RouteId): number => runs.filter((run) => run.route === route && run.phase.kind === 'running').length;
  let send: ImageRun | null = null;
  for (const run of runs) {
    if (run.phase.kind !== 'waiting') continue;
    const place = inLane.get(run.route) ?? 0;
    inLane.set(run.route, place + 1);
    const working = atWork(run.route);
    const hold = place > 0 ? null : run.route === 'gateway' ? holdAtGateway(working, lanes) : working > 0 ? ORDER : null;
    if (place === 0 && hold === null) send ??= run;
    if (send !== run) waiting.set(run.runId, { kind: 'waiting', ahead: working + place, ...(hold ?? ORDER) });
  }
  return { send, waiting };
}

type Hold = Pick<WaitingPhase, 'cause' | 'message' | 'retryAt'>;
const ORDER: Hold = { cause: 'order', message: 'Waiting for its turn', retryAt: null };

/** Why the gateway gets no further run now; null = it gets one. */
function holdAtGateway(working: number, { slots, refused, slotsChangedAt, nowMs }: Lanes): Hold | null {
  if (refused !== null && refused.retryAt > nowMs) return { cause: 'refused', message: refused.message, retryAt: refused.retryAt };
  // Without a word about slots, and before the reading knows of this panel's last request, one at a time finds out.
  const limit = slots?.limit ?? 1;
  if (working === 0 && (slots?.available ?? 1) > 0) return null;
  if (working >= limit)
    return { cause: 'order', message: limit === 1 ? ORDER.message : `Waiting for one of ${limit} slots`, retryAt: null };
  if (slots?.available === null || slots === null) return ORDER;
  if (slots.readAt < slotsChangedAt) return { cause: 'slots', message: 'Checking for a free slot', retryAt: null };
  if (slots.available > 0) return null;
  return {
    cause: 'slots',
    message: limit === 1 ? 'The gateway’s slot is in use' : `All ${limit} slots of the gateway are in use`,
    retryAt: null,
  };
}
