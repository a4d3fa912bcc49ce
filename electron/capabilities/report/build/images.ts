import { formatDateTime, formatMiB } from '../../../../shared/format.ts';
import type { LoggedRequest, MadeImage, MonitoringData, RequestHistory } from '../data.ts';
import type { Block, Chart, Gap, Section, Span } from '../document.ts';
import { describeGap, describeMs, describeStatus, plural, TEXT } from '../text.ts';
import { gapsOf, percentileOf, sumsOf, totalOf } from './stretches.ts';

const LOG_BUCKETS = 120;

/** Images and refusals of one source. Null = not known. */
export interface ImageCounts {
  readonly source: string;
  readonly made: number | null;
  /** Failed requests by cause, most first; null = this source does not know them. */
  readonly failures: readonly (readonly [cause: string, count: number])[] | null;
  readonly latenciesMs: readonly number[];
}

const byCount = (counts: ReadonlyMap<string, number>): ImageCounts['failures'] =>
  [...counts].filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);

export function countsOfLog(requests: readonly LoggedRequest[]): ImageCounts {
  const failures = new Map<string, number>();
  let made = 0;
  const latenciesMs: number[] = [];
  for (const { status, elapsedMs } of requests) {
    if (status >= 200 && status < 300) {
      made += 1;
      if (elapsedMs !== null) latenciesMs.push(elapsedMs);
    } else failures.set(describeStatus(status), (failures.get(describeStatus(status)) ?? 0) + 1);
  }
  return { source: 'Gateway’s request log: every client', made, failures: byCount(failures), latenciesMs };
}

export function countsOfPanel(requests: RequestHistory): ImageCounts {
  const [at429, at503, others] = [requests.rejected429, requests.rejected503, requests.failed].map(totalOf);
  const failures = new Map([
    [describeStatus(429), at429 ?? 0],
    [describeStatus(503), at503 ?? 0],
    ['other failures', others ?? 0],
  ]);
  const isUnknown = (at429 ?? at503 ?? others ?? null) === null;
  return {
    source: 'Requests of this panel to the gateway',
    made: totalOf(requests.accepted),
    failures: isUnknown ? null : byCount(failures),
    latenciesMs: requests.latenciesMs,
  };
}

/** Images by source: the gateway's log has every client, the panel its own requests, the gallery what was saved. */
export function imageCounts({ requestLog, requests, images }: MonitoringData): readonly ImageCounts[] {
  return [
    ...(requestLog.kind === 'read' ? [countsOfLog(requestLog.value.requests)] : []),
    ...(requests === null ? [] : [countsOfPanel(requests)]),
    ...(images.kind === 'read'
      ? [
          {
            source: 'Gallery of this panel, without deleted images',
            made: images.value.total,
            failures: null,
            latenciesMs: images.value.elapsedMs,
          },
        ]
      : []),
  ];
}

export const describeFailures = (failures: ImageCounts['failures']): string =>
  failures === null ? TEXT.unknown : failures.length === 0 ? TEXT.none : failures.map(([cause, count]) => `${count} × ${cause}`).join('; ');

export function imagesSection(data: MonitoringData, span: Span): Section {
  const { requests, requestLog, images } = data;
  const blocks: Block[] = [
    {
      kind: 'table',
      columns: [
        { title: 'Source' },
        { title: 'Made', isNumber: true },
        { title: 'Failed, by cause' },
        { title: 'p50', isNumber: true },
        { title: 'p95', isNumber: true },
        { title: 'Slowest', isNumber: true },
      ],
      rows: imageCounts(data).map(({ source, made, failures, latenciesMs }) => [
        source,
        made === null ? TEXT.unknown : String(made),
        describeFailures(failures),
        ...[0.5, 0.95, 1].map((part) => describeMs(percentileOf(latenciesMs, part))),
      ]),
    },
  ];
  if (requestLog.kind === 'unknown') blocks.push({ kind: 'notice', text: `The gateway’s request log was not read: ${requestLog.reason}` });
  else {
    const { requests: logged, isCut } = requestLog.value;
    if (isCut) blocks.push({ kind: 'notice', text: describeLogCut(logged) });
    blocks.push({ kind: 'chart', chart: logChart(logged, span) });
  }
  if (requests === null) blocks.push({ kind: 'notice', text: TEXT.noGateway });
  else blocks.push(...panelBlocks(requests, span));
  if (images.kind === 'unknown') blocks.push({ kind: 'notice', text: `The gallery was not read: ${images.reason}` });
  else blocks.push(...jobBlocks(images.value.newest, images.value.total));
  return { id: 'images', title: TEXT.images, blocks };
}

const describeLogCut = ([first]: readonly LoggedRequest[]): string =>
  `The gateway’s request log has more requests than are read; those before ${first === undefined ? TEXT.unknown : formatDateTime(first.atMs)} are not counted.`;

const NAMES = ['accepted', '429: no free slot', '503: backend not ready', 'other failures'] as const;

function logChart(requests: readonly LoggedRequest[], span: Span): Chart {
  const bucketMs = (span.toMs - span.fromMs) / LOG_BUCKETS;
  const lines = NAMES.map((name) => ({ name, values: new Array<number>(LOG_BUCKETS).fill(0) }));
  for (const { atMs, status } of requests) {
    const bucket = Math.floor((atMs - span.fromMs) / bucketMs);
    const kind = status >= 200 && status < 300 ? 0 : status === 429 ? 1 : status === 503 ? 2 : 3;
    const values = lines[kind]?.values;
    if (values !== undefined && bucket >= 0 && bucket < LOG_BUCKETS) values[bucket] = (values[bucket] ?? 0) + 1;
  }
  const { made, failures } = countsOfLog(requests);
  const summary = requests.length === 0 ? TEXT.noLogged : `${plural(made ?? 0, 'image')}; failed: ${describeFailures(failures)}`;
  return { ...span, title: 'Image requests in the gateway’s log', unit: '', shape: 'bars', lines, gaps: [], marks: [], summary };
}

/** Sums of neighbours, so that a bar is wide enough to be seen; null where nothing was recorded. */
function merged(sums: readonly (number | null)[]): (number | null)[] {
  const width = Math.max(1, Math.ceil(sums.length / LOG_BUCKETS));
  return Array.from({ length: Math.ceil(sums.length / width) }, (_, index) => {
    const known = sums.slice(index * width, (index + 1) * width).filter((sum) => sum !== null);
    return known.length === 0 ? null : known.reduce((total, sum) => total + sum, 0);
  });
}

function panelBlocks(requests: RequestHistory, span: Span): readonly Block[] {
  const columns = [requests.accepted, requests.rejected429, requests.rejected503, requests.failed];
  const gaps: readonly Gap[] = gapsOf(columns, span, TEXT.noRequests);
  const { made, failures, latenciesMs } = countsOfPanel(requests);
  const isPartial = requests.latenciesSinceMs > span.fromMs && (made ?? 0) > latenciesMs.length;
  return [
    {
      kind: 'chart',
      chart: {
        ...span,
        title: 'Image requests of this panel',
        unit: '',
        shape: 'bars',
        lines: columns.map((column, index) => ({ name: NAMES[index] ?? '', values: merged(sumsOf(column)) })),
        gaps,
        marks: [],
        summary: `${made === null ? TEXT.unknown : plural(made, 'image')}; failed: ${describeFailures(failures)}`,
      },
    },
    ...gaps.slice(0, 10).map((gap): Block => ({ kind: 'notice', text: describeGap(gap) })),
    ...(isPartial
      ? [
          {
            kind: 'notice',
            text: `Latency is of requests since ${formatDateTime(requests.latenciesSinceMs)}; earlier ones are stored as counts.`,
          } as const,
        ]
      : []),
  ];
}

function jobBlocks(newest: readonly MadeImage[], total: number): readonly Block[] {
  if (newest.length === 0) return [{ kind: 'text', text: TEXT.noImages }];
  const cut = total > newest.length ? `The newest ${newest.length} of ${plural(total, 'image')}. ` : '';
  return [
    { kind: 'text', text: `${cut}${TEXT.vramOfJobs}` },
    {
      kind: 'table',
      columns: [
        { title: 'Time' },
        { title: 'Size' },
        { title: 'Model' },
        { title: 'Route' },
        { title: 'Duration', isNumber: true },
        { title: 'VRAM peak', isNumber: true },
      ],
      rows: newest.map(({ createdAtMs, elapsedMs, model, size, route, peakMiB }) => [
        formatDateTime(createdAtMs),
        size,
        model ?? TEXT.unknown,
        route,
        describeMs(elapsedMs),
        formatMiB(peakMiB),
      ]),
    },
  ];
}
