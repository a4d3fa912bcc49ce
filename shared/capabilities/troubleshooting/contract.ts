import { z } from 'zod';
import { hostCall } from '../../contract/define.ts';
import { EpochMs, GpuUuid, UnitName } from '../../identifiers.ts';
import { SYMPTOM_IDS } from './symptoms.ts';

export const SymptomName = z.enum(SYMPTOM_IDS);

const RuleId = z.string().max(60);

/** One fact as it was read: a log line, a reply, a figure. */
export const ProofLine = z
  .object({
    /** Where it was read: `invokeai`, `kernel`, `nvidia-smi`, `GET :9091/readyz`. */
    source: z.string(),
    at: EpochMs.nullable(),
    text: z.string(),
  })
  .readonly();
export type ProofLine = z.infer<typeof ProofLine>;

/** What a button does about it. */
export const FixAction = z.discriminatedUnion('kind', [
  /** Plans the recipe on the page Setup. */
  z.object({ kind: z.literal('recipe'), recipe: z.string() }),
  z.object({ kind: z.literal('service'), unit: UnitName, verb: z.enum(['start', 'restart']) }),
  z.object({
    kind: z.literal('page'),
    page: z.enum(['gpu', 'services', 'logs', 'models', 'gateway', 'setup', 'settings']),
    unit: z.string().nullable(),
  }),
]);
export type FixAction = z.infer<typeof FixAction>;

export const Fix = z.object({ text: z.string(), action: FixAction.nullable() }).readonly();
export type Fix = z.infer<typeof Fix>;

export const FoundCause = z
  .object({
    rule: RuleId,
    /** In one sentence. */
    cause: z.string(),
    /** False = likely: the facts fit, and others could. */
    isCertain: z.boolean(),
    /** When it happened, by this computer's clock. */
    at: EpochMs.nullable(),
    proof: z.array(ProofLine),
    fix: Fix,
  })
  .readonly();
export type FoundCause = z.infer<typeof FoundCause>;

/** What a rule looked for, and the fact that rules it out, or why it could not be looked at. */
export const OtherRule = z.object({ rule: RuleId, title: z.string(), fact: z.string() }).readonly();
export type OtherRule = z.infer<typeof OtherRule>;

export const TroubleshootingAnswer = z
  .object({
    symptom: SymptomName,
    takenAt: EpochMs,
    elapsedMs: z.number(),
    /** The nearest to the root first. */
    causes: z.array(FoundCause),
    ruledOut: z.array(OtherRule),
    unknown: z.array(OtherRule),
    /** The moment that the VRAM chart shows; null = no VRAM is stored for it. */
    moment: z.object({ gpuUuid: GpuUuid, at: EpochMs, fromMs: EpochMs, toMs: EpochMs, totalMiB: z.number().nullable() }).nullable(),
  })
  .readonly();
export type TroubleshootingAnswer = z.infer<typeof TroubleshootingAnswer>;

/** The error that the operator asks about, as it was shown. */
export const AskedError = z
  .object({ code: z.string().max(100), message: z.string().max(2_000), detail: z.string().max(8_192).nullable() })
  .readonly();
export type AskedError = z.infer<typeof AskedError>;

export const troubleshootingCalls = [
  /** Reads the host and the gateway, which changes nothing, and says what causes the symptom. `at`: when it was seen; null = now. Throws what exec throws while the host is not connected. */
  hostCall(
    'troubleshooting.find',
    z.object({ symptom: SymptomName, at: EpochMs.nullable(), error: AskedError.nullable() }),
    TroubleshootingAnswer,
  ),
] as const;
