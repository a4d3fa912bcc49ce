import type { Notice } from '../../../shared/capabilities/app/contract.ts';
import type { CheckResult } from '../../../shared/capabilities/checks/contract.ts';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { Incident, IncidentList } from '../../../shared/capabilities/incidents/contract.ts';
import { capitalised } from '../../../shared/diagnosis/text.ts';
import type { Severity } from '../../../shared/diagnosis/types.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { severityOfEvent } from '../../../shared/event-severity.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { around } from '../history/around.ts';
import { KIND_WORDS } from '../incidents/text.ts';
import type { Place } from './place.ts';
import { SINCE_TEXT } from './text.ts';

/** Events of one kind about one subject. */
export interface SinceEntry {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly count: number;
  readonly lastAt: number;
  readonly place: Place;
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, stale: 2, unknown: 2, info: 3, off: 3, pending: 3, ok: 4 };

/** What happened from `sinceMs` on: equal events as one with their number, what is worst first, then the newest. */
export function sinceEntries(o: {
  readonly events: readonly HistoryEvent[];
  readonly incidents: readonly Incident[];
  readonly checks: readonly (Pick<CheckResult, 'id' | 'verdict' | 'summary' | 'since'> & { readonly title: string })[];
  /** What ended, and changes of which no history is kept. */
  readonly notices: readonly Notice[];
  readonly sinceMs: number;
}): readonly SinceEntry[] {
  const grouped = new Map<string, SinceEntry>();
  for (const entry of [
    // Incidents have more to say than the events of the same moment.
    ...o.events.filter(({ kind, at }) => kind !== 'incident' && kind !== 'xid' && at >= o.sinceMs).map(ofEvent),
    ...o.incidents.filter(({ severity, beginMs }) => severity !== 'info' && beginMs >= o.sinceMs).map(ofIncident),
    ...o.notices.flatMap((notice) => (notice.at >= o.sinceMs ? ofNotice(notice) : [])),
    ...o.checks.filter(({ verdict, since }) => verdict === 'fail' && since >= o.sinceMs).map(ofCheck),
  ]) {
    const known = grouped.get(entry.id);
    const newer = known === undefined || entry.lastAt >= known.lastAt ? entry : known;
    grouped.set(entry.id, { ...newer, count: (known?.count ?? 0) + 1 });
  }
  return [...grouped.values()].sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.lastAt - a.lastAt);
}

/** What could not be read, as sentences: of these sources nothing is known. */
export function unreadSources(o: {
  readonly eventsError: Error | null;
  readonly incidentsError: Error | null;
  readonly list: Pick<IncidentList, 'unread'> | undefined;
}): readonly string[] {
  const failed = (words: string, error: Error | null): readonly string[] =>
    error === null ? [] : [`${words}: ${toPanelError(error).message}`];
  return [
    ...failed(SINCE_TEXT.eventsUnread, o.eventsError),
    ...failed(SINCE_TEXT.incidentsUnread, o.incidentsError),
    ...(o.list?.unread ?? []),
  ];
}

const isShown = (text: string | null): text is string => text !== null && text !== '';

function ofEvent(event: HistoryEvent): SinceEntry {
  const { kind, subject, at, state, detail } = event;
  const base = { id: `${kind} ${subject} ${state}`, severity: severityOfEvent(event), count: 1, lastAt: at };
  const span = around(at);
  const words = (name: string): { readonly title: string; readonly detail: string } => ({
    title: `${name}: ${state}`,
    detail: detail ?? '',
  });
  switch (kind) {
    case 'unit':
      return { ...base, ...words(shortUnitName(subject)), place: { page: 'logs', target: { unit: subject, ...span } } };
    case 'gateway':
    case 'backend': {
      const name = kind === 'gateway' ? SINCE_TEXT.gateway : subject.slice(subject.lastIndexOf(' ') + 1);
      return { ...base, ...words(name), place: { page: 'gateway' } };
    }
    case 'connection':
      return { ...base, ...words(SINCE_TEXT.connection), place: { page: 'settings', target: { section: 'settings-hosts' } } };
    case 'image':
      return {
        ...base,
        title: `${SINCE_TEXT.images}: ${state}`,
        detail: [subject, detail].filter(isShown).join(' · '),
        place: { page: 'playground' },
      };
    default:
      return { ...base, title: capitalised(state), detail: [subject, detail].filter(isShown).join(' · '), place: { page: 'gpu' } };
  }
}

function ofIncident({ kind, severity, summary, unit, who, beginMs, endMs }: Incident): SinceEntry {
  return {
    id: `incident ${kind} ${unit ?? who ?? ''}`,
    severity,
    title: KIND_WORDS[kind],
    detail: [summary, endMs === null ? SINCE_TEXT.ongoing : ''].filter(isShown).join(' · '),
    count: 1,
    lastAt: beginMs,
    place: { page: 'gpu', target: { section: kind === 'xid' ? 'gpu-errors' : 'gpu-incidents' } },
  };
}

function ofCheck({ id, title, summary, since }: Parameters<typeof sinceEntries>[0]['checks'][number]): SinceEntry {
  return {
    id: `check ${id}`,
    severity: 'critical',
    title: `${SINCE_TEXT.checks}: ${title}`,
    detail: summary,
    count: 1,
    lastAt: since,
    place: { page: 'checks' },
  };
}

const SEVERITIES = { bad: 'critical', warning: 'warning', good: 'ok', info: 'info' } as const;

/** Installs, downloads and setups are in no history: their notices tell of their end. */
function ofNotice({ tone, message, at, opens }: Notice): readonly SinceEntry[] {
  if (opens?.page !== 'models' && opens?.page !== 'setup') return [];
  return [
    { id: `notice ${message}`, severity: SEVERITIES[tone], title: message, detail: '', count: 1, lastAt: at, place: { page: opens.page } },
  ];
}
