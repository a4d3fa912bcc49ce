import type { HistoryEvent } from '../../../../shared/capabilities/history/contract.ts';
import { formatDateTime, formatDuration } from '../../../../shared/format.ts';
import { CONNECTION_LINK, parseLink, unitLink } from '../../../../shared/link-subjects.ts';
import { LINK_INTERVAL_MS } from '../../../../shared/series-kinds.ts';
import type { MonitoringData } from '../data.ts';
import type { Block, Gap, Section, Span } from '../document.ts';
import { describeCut, describeEventKind, describeGap, describeLink, describeObserved, describeShare, describeSpan, TEXT } from '../text.ts';
import { bucketCount, countAt, gapsOf, meanAt } from './stretches.ts';
import { type Uptime, uptimeOfLink, uptimeOfUnit } from './uptime.ts';

const MAX_EVENTS = 100;
const MAX_GAPS = 30;
const MAX_DOWNS = 5;
/** A chart of more lines cannot be read. */
const MAX_LINES = 6;

export interface LinkUptime {
  readonly name: string;
  readonly source: string;
  readonly uptime: Uptime;
}

/** Every link with its uptime; a unit by the host's journal where that was read, since it covers what nobody watched. */
export function uptimesOf(data: MonitoringData, span: Span): readonly LinkUptime[] {
  const past = data.hostPast.kind === 'read' ? data.hostPast.value : null;
  const fromJournal = (past?.units ?? []).map((unit) => ({
    subject: unitLink(unit.name),
    name: `${describeLink({ kind: 'unit', name: unit.name })}${unit.isDisabled ? ' (disabled)' : ''}`,
    source: TEXT.journalSource,
    uptime: uptimeOfUnit(unit, past?.boots ?? [], span),
  }));
  const isBetter = new Set(fromJournal.filter(({ uptime }) => uptime.knownMs > 0).map(({ subject }) => subject));
  const watched = data.links.flatMap(({ subject, isUp }) => {
    const link = parseLink(subject);
    const uptime = uptimeOfLink(isUp, LINK_INTERVAL_MS);
    if (link === null || isBetter.has(subject) || uptime.knownMs === 0) return [];
    return [{ subject, name: describeLink(link), source: TEXT.panelSource, uptime }];
  });
  const known = new Set(watched.map(({ subject }) => subject));
  return [...watched, ...fromJournal.filter(({ subject }) => !known.has(subject))].sort((a, b) => placeOf(a.subject) - placeOf(b.subject));
}

const ORDER = ['connection', 'unit', 'endpoint', 'gateway', 'backend'];
const placeOf = (subject: string): number => ORDER.indexOf(parseLink(subject)?.kind ?? '');

/** Stretches in which the panel did not watch the host. */
export const unwatched = (data: MonitoringData, span: Span): readonly Gap[] =>
  gapsOf(
    data.links.filter(({ subject }) => subject === CONNECTION_LINK).map(({ isUp }) => isUp),
    span,
    TEXT.notWatched,
  );

export function availabilitySection(data: MonitoringData, span: Span): Section {
  const uptimes = uptimesOf(data, span);
  const gaps = unwatched(data, span);
  const blocks: Block[] = [
    {
      kind: 'table',
      columns: [{ title: 'Link' }, { title: 'Up', isNumber: true }, { title: 'Observed' }, { title: 'Down' }, { title: 'Source' }],
      rows: uptimes.map(({ name, source, uptime }) => [
        name,
        describeShare(uptime),
        describeObserved(uptime.knownMs, span),
        describeDown(uptime),
        source,
      ]),
    },
  ];
  if (data.links.length === 0) blocks.push({ kind: 'notice', text: TEXT.noLinks });
  else blocks.push(...gaps.slice(0, MAX_GAPS).map((gap): Block => ({ kind: 'notice', text: describeGap(gap) })));
  if (gaps.length > MAX_GAPS) blocks.push({ kind: 'notice', text: describeCut(MAX_GAPS, gaps.length, 'stretches without data') });
  if (data.hostPast.kind === 'unknown') blocks.push({ kind: 'notice', text: `The host’s journal was not read: ${data.hostPast.reason}` });
  const drawn = data.links.filter(({ subject }) => !subject.startsWith('unit ')).slice(0, MAX_LINES);
  if (drawn.length > 0) {
    blocks.push({
      kind: 'chart',
      chart: {
        ...span,
        title: 'Links up',
        unit: '%',
        shape: 'lines',
        lines: drawn.map(({ subject, isUp }) => ({
          name: nameOf(subject),
          values: Array.from({ length: bucketCount(isUp) }, (_, index) => (countAt(isUp, index) === 0 ? null : 100 * meanAt(isUp, index))),
        })),
        gaps,
        marks: [],
        summary: uptimes
          .filter(({ source }) => source === TEXT.panelSource)
          .map(({ name, uptime }) => `${name} ${describeShare(uptime)}`)
          .join('; '),
      },
    });
  }
  blocks.push(...eventBlocks(data));
  return { id: 'availability', title: TEXT.availability, blocks };
}

function nameOf(subject: string): string {
  const link = parseLink(subject);
  return link === null ? subject : describeLink(link);
}

function describeDown({ downs, upMs, knownMs }: Uptime): string {
  if (downs.length === 0) return knownMs - upMs > 0 ? formatDuration(knownMs - upMs) : knownMs > 0 ? TEXT.none : TEXT.unknown;
  const shown = downs.slice(-MAX_DOWNS).map((down) => `${describeSpan(down)} (${formatDuration(down.toMs - down.fromMs)})`);
  if (downs.length === 1) return shown.join();
  return `${formatDuration(knownMs - upMs)}: ${downs.length > MAX_DOWNS ? '…, ' : ''}${shown.join(', ')}`;
}

/** Kinds with a section of their own. */
const TOLD_ELSEWHERE: ReadonlySet<HistoryEvent['kind']> = new Set(['xid', 'incident', 'image']);

function eventBlocks({ events }: MonitoringData): readonly Block[] {
  const seen = events.filter(({ kind }) => !TOLD_ELSEWHERE.has(kind));
  if (seen.length === 0) return [];
  const cut = seen.length > MAX_EVENTS ? ` ${describeCut(MAX_EVENTS, seen.length, 'changes')}` : '';
  return [
    { kind: 'text', text: `Changes that the panel saw.${cut}` },
    {
      kind: 'table',
      columns: [{ title: 'Time' }, { title: 'What' }, { title: 'State' }, { title: 'Detail' }],
      rows: seen
        .slice(-MAX_EVENTS)
        .map(({ at, kind, subject, state, detail }) => [
          formatDateTime(at),
          `${describeEventKind(kind)} ${subject}`.trim(),
          state,
          detail ?? '',
        ]),
    },
  ];
}
