import { formatDateTime, formatMiB } from '../../../../shared/format.ts';
import type { MonitoringData, ReportData } from '../data.ts';
import { cleanDocument, type ReportDocument, type Section, type Span } from '../document.ts';
import { describeClock, describeObserved, describeOffset, describeShare, describeSpan, plural, TEXT } from '../text.ts';
import { availabilitySection, unwatched, uptimesOf } from './availability.ts';
import { checksSection, openResults, remediesSection } from './checks.ts';
import { configurationSections } from './configuration.ts';
import { gpuSection } from './gpu.ts';
import { incidentsSection, restartsSection, xidsSection } from './happenings.ts';
import { describeFailures, imageCounts, imagesSection } from './images.ts';
import { restartsOf } from './restarts.ts';
import { summaryOf } from './stretches.ts';

/** The report of these data, without secrets, those that the panel holds (`known`) among them. Pure; never throws. */
export function buildReport(data: ReportData, known: readonly string[] = []): ReportDocument {
  const span: Span = { fromMs: data.fromMs, toMs: data.toMs };
  const { monitoring, configuration } = data;
  const document: ReportDocument = {
    title: monitoring === null ? `Configuration of ${data.hostLabel}` : `Report of ${data.hostLabel}`,
    facts: [
      [TEXT.host, data.hostLabel],
      [TEXT.address, data.hostName],
      ...(monitoring === null ? [] : [[TEXT.span, `${describeSpan(span)} (${describeOffset(span.toMs)})`] as const]),
      [TEXT.made, `${formatDateTime(data.takenAtMs)} (${describeOffset(data.takenAtMs)})`],
    ],
    sections: [
      ...(monitoring === null ? [] : monitoringSections(monitoring, data, span)),
      remediesSection(data.checks),
      ...(configuration === null ? [] : configurationSections(configuration)),
    ],
  };
  return cleanDocument(document, known);
}

const monitoringSections = (monitoring: MonitoringData, data: ReportData, span: Span): readonly Section[] => [
  summarySection(monitoring, data, span),
  availabilitySection(monitoring, span),
  imagesSection(monitoring, span),
  gpuSection(monitoring, span),
  incidentsSection(monitoring, span),
  restartsSection(monitoring, span),
  xidsSection(monitoring),
  checksSection(data.checks, span),
];

function summarySection(monitoring: MonitoringData, { checks }: ReportData, span: Span): Section {
  const { hostPast, gpus, incidents, clockOffsetMs } = monitoring;
  const watchedMs = span.toMs - span.fromMs - unwatched(monitoring, span).reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0);
  const [images] = imageCounts(monitoring);
  const peaks = gpus.map(({ name, memoryUsedMiB, memoryTotalMiB }) => {
    const peak = summaryOf(memoryUsedMiB)?.max ?? null;
    return `${peak === null ? TEXT.unknown : formatMiB(peak)} of ${formatMiB(memoryTotalMiB)} (${name})`;
  });
  const open = openResults(checks);
  return {
    id: 'summary',
    title: TEXT.summary,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Watched by the panel', describeObserved(watchedMs, span)],
          ['Clock of the host', describeClock(clockOffsetMs)],
          ...uptimesOf(monitoring, span).map(
            ({ name, uptime }) => [`${name} up`, `${describeShare(uptime)} of ${describeObserved(uptime.knownMs, span)}`] as const,
          ),
          ['Images made', images === undefined || images.made === null ? TEXT.unknown : `${images.made} (${images.source})`],
          ['Images failed', images === undefined ? TEXT.unknown : describeFailures(images.failures)],
          ['VRAM peak', peaks.length === 0 ? TEXT.unknown : peaks.join('; ')],
          ['Restarts of units', hostPast.kind === 'unknown' ? TEXT.unknown : String(restartsOf(hostPast.value, span).length)],
          [
            'Incidents',
            incidents.kind === 'unknown'
              ? TEXT.unknown
              : `${incidents.value.isCapped ? 'at least ' : ''}${incidents.value.incidents.length}`,
          ],
          [
            'Checks',
            checks.results.length === 0
              ? TEXT.unknown
              : `${open.filter(({ verdict }) => verdict === 'fail').length} failed, ${plural(open.filter(({ verdict }) => verdict === 'warn').length, 'warning')}`,
          ],
        ],
      },
    ],
  };
}
