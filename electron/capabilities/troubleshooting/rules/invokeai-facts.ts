import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import type { Evidence } from '../evidence.ts';
import { proofLines, proofOf, type Rule, UNIT_NAMES } from '../rule.ts';

/** Where a cause in InvokeAI shows. */
export const DOWN: readonly SymptomId[] = ['invokeai-will-not-start', 'gateway-503', 'gateway-502', 'stuck-queue'];
export const UNIT = UNIT_NAMES.invokeai;
export const READY = 'Invoke running on http';

/** Lines that InvokeAI printed last, whatever they are. */
export function lastLines(evidence: Evidence, count = 6) {
  const { invokeai } = evidence.logs;
  return invokeai.isKnown ? proofLines('invokeai', invokeai.value.slice(-count)) : [proofOf('invokeai log', invokeai.reason)];
}

/** A rule about the state that systemd reports. */
export const unitRule = (
  id: string,
  title: string,
  test: Rule['test'],
  symptoms: readonly SymptomId[] = DOWN,
  depth: Rule['depth'] = 'invokeai',
): Rule => ({
  id,
  title,
  symptoms,
  depth,
  test,
});
