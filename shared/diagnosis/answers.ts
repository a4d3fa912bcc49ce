import type { ComfyUiState } from '../capabilities/comfyui/contract.ts';
import type { ModelsState } from '../capabilities/models/contract.ts';
import type { ProbeOutcome, ProbesState } from '../capabilities/probes/contract.ts';
import { DEFAULT_PORTS } from '../default-ports.ts';
import { hasCode, type PanelError } from '../errors.ts';

/** An older reply is stale. Hidden windows query every 20 s. */
export const ANSWER_STALE_MS = 60_000;

/** The last reply of a program, from any query. */
export type Answer =
  | { readonly kind: 'none'; readonly address: string }
  | {
      readonly kind: 'known';
      readonly address: string;
      readonly outcome: ProbeOutcome;
      readonly at: number;
      /** Null = unknown. */
      readonly since: number | null;
      readonly latencyMs: number | null;
      readonly reasons: readonly string[];
      readonly error: PanelError | null;
    };

/** InvokeAI's reply to the queries of the models page. */
export function answerOfInvokeAi(models: ModelsState, probes: ProbesState, nowMs: number): Answer {
  return answerOfPhase(models.phase, { takenAt: models.takenAt, address: probes.addresses.invokeai, nowMs });
}

/** ComfyUI's reply to the queries of its page. */
export function answerOfComfyUi(comfyui: ComfyUiState, probes: ProbesState, nowMs: number): Answer {
  return answerOfPhase(comfyui.phase, { takenAt: comfyui.takenAt, address: probes.addresses.comfyui, nowMs });
}

export function answerOfProbe(probes: ProbesState, id: 'shim' | 'nginx'): Answer {
  const probe = probes.probes.find((known) => known.id === id);
  if (probe === undefined) return { kind: 'none', address: String(DEFAULT_PORTS[id]) };
  const { port, outcome, at, since, latencyMs, reasons, error } = probe;
  return { kind: 'known', address: String(port), outcome, at, since, latencyMs, reasons, error };
}

type Phase = ModelsState['phase'] | ComfyUiState['phase'];

function answerOfPhase(
  phase: Phase,
  { takenAt, address, nowMs }: { readonly takenAt: number | null; readonly address: string; readonly nowMs: number },
): Answer {
  const known = { kind: 'known', address, latencyMs: null, reasons: [] } as const;
  switch (phase.kind) {
    case 'away':
    case 'waiting':
      return { kind: 'none', address };
    case 'absent':
      return { ...known, outcome: 'refused', at: nowMs, since: null, error: null };
    case 'live':
      return takenAt === null ? { kind: 'none', address } : { ...known, outcome: 'responding', at: takenAt, since: null, error: null };
    // The query repeats every few seconds, and the phase lasts until it succeeds.
    case 'failing':
      return { ...known, outcome: outcomeOfError(phase.error), at: nowMs, since: phase.since, error: phase.error };
  }
}

/** The outcome for an error of a client of electron/foundation/http, whose codes begin with the name of the program. */
export function outcomeOfError(error: PanelError): ProbeOutcome {
  if (hasCode(error, 'tunnel-refused')) return 'refused';
  // The program may respond; only the tunnel to it is missing.
  if (hasCode(error, 'tunnel-not-allowed') || error.layer === 'ssh') return 'not-checked';
  if (/-slow$/.test(error.code)) return 'timeout';
  if (/-(not-there|no-such-path)$/.test(error.code)) return 'wrong-program';
  // A login, a refusal by status or an unreadable document came from a program that responds.
  if (/-(login-needed|setup-needed|admin-needed|login-refused|refused)$/.test(error.code))
    return isServerError(error) ? 'failed' : 'responding';
  return 'failed';
}

const isServerError = (error: PanelError): boolean => Number(error.facts?.['status'] ?? 0) >= 500;
