import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs } from '../../identifiers.ts';

/** What no other capability queries already: the images shim (`/readyz`) and nginx in front of it (`/healthz`). */
export const PROBES = ['shim', 'nginx'] as const;
export const ProbeId = z.enum(PROBES);
export type ProbeId = z.infer<typeof ProbeId>;

/**
 * `responding`: a success; `not-ready`: 503 with reasons; `refused`: nothing listens; `timeout`: no reply in time; `wrong-program`: a reply
 * that this program does not send; `not-checked`: SSH does not let the probe through; `failed`: anything else on the way.
 */
export const ProbeOutcome = z.enum(['responding', 'not-ready', 'refused', 'timeout', 'wrong-program', 'not-checked', 'failed']);
export type ProbeOutcome = z.infer<typeof ProbeOutcome>;

export const Probe = z
  .object({
    id: ProbeId,
    /** On the host itself. */
    port: z.number().int(),
    outcome: ProbeOutcome,
    /** When the reply, or its absence, was certain. */
    at: EpochMs,
    /** Since when every probe had this outcome. */
    since: EpochMs,
    /** Null = no reply. */
    latencyMs: z.number().nullable(),
    /** The program's own reasons for not being ready. */
    reasons: z.array(z.string()),
    error: PanelErrorSchema.nullable(),
  })
  .readonly();
export type Probe = z.infer<typeof Probe>;

export const ProbesState = z
  .object({
    /** At most one of each id; none before the first reply. */
    probes: z.array(Probe),
    /** Where InvokeAI and ComfyUI are queried: `9090` on the host itself, else `name:port`. */
    addresses: z.object({ invokeai: z.string(), comfyui: z.string() }),
  })
  .readonly();
export type ProbesState = z.infer<typeof ProbesState>;

export const probeCalls = [hostCall('probes.state', z.void(), ProbesState)] as const;

export const probeEvents = [hostEvent('probes.changed', ProbesState)] as const;
