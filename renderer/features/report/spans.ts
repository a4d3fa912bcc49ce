import { REPORT_LIMITS } from '../../../shared/capabilities/report/contract.ts';

const HOUR_MS = 3_600_000;

/** What a report may be about; a custom span is entered. */
export const SPANS = [
  { value: '24', label: '24 h' },
  { value: '48', label: '48 h' },
  { value: '168', label: '7 days' },
  { value: 'custom', label: 'Custom' },
] as const;
export type SpanChoice = (typeof SPANS)[number]['value'];

export const isSpanChoice = (value: string): value is SpanChoice => SPANS.some((span) => span.value === value);

/** The value of a field for date and time, in local time: `2026-01-31T14:02`. */
export function fieldOf(atMs: number): string {
  const at = new Date(atMs);
  return new Date(atMs - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The span that was chosen, ending now or where the fields say; null = none that a report can be about. Epoch ms. */
export function spanOf(
  choice: SpanChoice,
  fields: { readonly from: string; readonly to: string },
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } | null {
  if (choice !== 'custom') return { fromMs: nowMs - Number(choice) * HOUR_MS, toMs: nowMs };
  const fromMs = new Date(fields.from).getTime();
  const toMs = Math.min(new Date(fields.to).getTime(), nowMs);
  const lengthMs = toMs - fromMs;
  return lengthMs >= REPORT_LIMITS.minMs && lengthMs <= REPORT_LIMITS.maxMs ? { fromMs, toMs } : null;
}
