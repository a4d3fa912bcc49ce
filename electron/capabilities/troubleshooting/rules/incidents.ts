import type { Incident, IncidentKind } from '../../../../shared/capabilities/incidents/contract.ts';
import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import { formatClock } from '../../../../shared/format.ts';
import { need, unknown } from '../evidence.ts';
import { byService, type Depth, likely, onPage, proofOf, type Rule, ruledOut, UNIT_NAMES } from '../rule.ts';

const MAX_LINES = 8;

const describeSpan = ({ beginMs, endMs }: Incident): string => `${formatClock(beginMs)} to ${endMs === null ? 'now' : formatClock(endMs)}`;

/** An incident that the stored readings show around the moment. */
const incidentRule = (o: {
  readonly id: string;
  readonly title: string;
  readonly kinds: readonly IncidentKind[];
  readonly symptoms: readonly SymptomId[];
  readonly depth: Depth;
  readonly cause: (incident: Incident) => string;
  readonly fix: ReturnType<typeof onPage>;
}): Rule => ({
  id: o.id,
  title: o.title,
  symptoms: o.symptoms,
  depth: o.depth,
  test: (evidence) => {
    const matches = need(evidence.incidents).filter(({ kind }) => o.kinds.includes(kind));
    const newest = matches.at(-1);
    // What the panel did not record may have happened all the same.
    if (newest === undefined && need(evidence.vram).usedMiB.every((value) => value === null))
      return need(unknown('the panel stored no readings of that time'));
    if (newest === undefined) return ruledOut(`no such incident in the stored readings since ${formatClock(evidence.fromMs)}`);
    return likely(o.cause(newest), {
      at: newest.beginMs,
      proof: [
        proofOf('incident', `${describeSpan(newest)}: ${newest.summary}`, newest.beginMs),
        ...newest.evidence.slice(0, MAX_LINES).map((line) => proofOf('readings', line)),
      ],
      fix: o.fix,
    });
  },
});

/** What the readings over time show, where one reading shows nothing. */
export const INCIDENT_RULES: readonly Rule[] = [
  incidentRule({
    id: 'vram-leak',
    title: 'VRAM that does not come back after jobs',
    kinds: ['vram-leak'],
    symptoms: ['out-of-memory', 'slow', 'gateway-502'],
    depth: 'invokeai',
    cause: ({ who, summary }) => `VRAM does not come back after jobs${who === null ? '' : ` of ${who}`}: ${summary}`,
    fix: byService(
      'restart',
      UNIT_NAMES.invokeai,
      'Restart InvokeAI, which frees its VRAM; set model_cache_keep_alive_min so that it frees models itself.',
    ),
  }),
  incidentRule({
    id: 'throttled-in-the-stretch',
    title: 'GPU throttled or hot in this stretch',
    kinds: ['throttling', 'thermal'],
    symptoms: ['slow', 'gateway-502'],
    depth: 'hardware',
    cause: ({ summary }) => `The GPU was slowed down: ${summary}`,
    fix: onPage('gpu', 'Check fans, dust and air flow; the GPU page marks the stretch on its charts.'),
  }),
];
