import type { ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import { type Incident, type IncidentKind, MAX_EVIDENCE_LINES } from '../../../shared/capabilities/incidents/contract.ts';
import { MAX_NAME_CHARS, plainText } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { MISSING_AFTER, MISSING_BEFORE } from './text.ts';

/** An incident without its id. */
export type Found = Omit<Incident, 'id'>;

/** Gives each incident an id of its own, also where a card reported two errors in one moment, and keeps texts short and without secrets. */
export function asIncidents(found: readonly Found[]): Incident[] {
  const seen = new Map<string, number>();
  return found.map((one) => {
    const incident = asIncident(one);
    const count = (seen.get(incident.id) ?? 0) + 1;
    seen.set(incident.id, count);
    return count === 1 ? incident : { ...incident, id: `${incident.id}|${count}` };
  });
}

function asIncident(found: Found): Incident {
  const line = (text: string): string => plainText(redactSecrets(plainText(text, MAX_NAME_CHARS)), MAX_NAME_CHARS);
  const notes = [...(found.cut.begin ? [MISSING_BEFORE] : []), ...(found.cut.end ? [MISSING_AFTER] : [])];
  return {
    ...found,
    id: [found.kind, found.gpuUuid ?? '', found.unit ?? found.who ?? '', Math.round(found.beginMs)].join('|'),
    summary: line(found.summary),
    evidence: [...found.evidence.slice(0, MAX_EVIDENCE_LINES - notes.length).map(line), ...notes],
  };
}

const SEVERITIES = ['info', 'warning', 'critical'] as const;

/** Joins incidents of one kind that overlap in time: the worst names the whole. Order by beginning is not needed. */
export function joinOverlapping(kind: IncidentKind, incidents: readonly Found[]): readonly Found[] {
  const joined: Found[] = [];
  for (const next of incidents.filter((one) => one.kind === kind).sort((a, b) => a.beginMs - b.beginMs)) {
    const last = joined.at(-1);
    if (last === undefined || (last.endMs ?? Number.POSITIVE_INFINITY) < next.beginMs) {
      joined.push(next);
      continue;
    }
    const worst = SEVERITIES.indexOf(next.severity) > SEVERITIES.indexOf(last.severity) ? next : last;
    const endsLast = (next.endMs ?? Number.POSITIVE_INFINITY) > (last.endMs ?? Number.POSITIVE_INFINITY) ? next : last;
    const other = worst === next ? last : next;
    joined[joined.length - 1] = {
      ...worst,
      beginMs: last.beginMs,
      endMs: endsLast.endMs,
      cut: { begin: last.cut.begin, end: endsLast.cut.end },
      evidence: [...new Set([...worst.evidence, ...(other.summary === worst.summary ? [] : [other.summary]), ...other.evidence])],
    };
  }
  return joined;
}

/** The process with the most VRAM during a stretch; null = none is known. */
export function mainRun(runs: readonly ProcessRun[], fromMs: number, toMs: number | null): ProcessRun | null {
  let main: ProcessRun | null = null;
  for (const run of runs) {
    if (run.startedAt > (toMs ?? Number.POSITIVE_INFINITY) || (run.endedAt ?? Number.POSITIVE_INFINITY) < fromMs) continue;
    if (main === null || (run.peakMiB ?? 0) > (main.peakMiB ?? 0)) main = run;
  }
  return main;
}

/** Unit or program of a process. */
export const nameOfRun = ({ unit, name }: ProcessRun): string => (unit === null ? (name.split('/').at(-1) ?? name) : shortUnitName(unit));

export const whoOf = (run: ProcessRun | null): Pick<Incident, 'unit' | 'who'> => ({
  unit: run?.unit ?? null,
  who: run === null ? null : nameOfRun(run),
});
