import type { MadeReport, ReportFormat, ReportRequest } from '../../../shared/capabilities/report/contract.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { buildReport } from './build/build-report.ts';
import { collectReport, type ReportSources } from './collect/collect.ts';
import type { ReportDocument } from './document.ts';
import { reportNotMadeError } from './errors.ts';
import { htmlPieces } from './write/html.ts';
import { markdownLines } from './write/markdown.ts';

/** Longer than any report of the limits; what follows is in the file. */
const MAX_PREVIEW_CHARS = 400_000;

/** The reports of one host: the newest one is kept, so that the file is what was shown. */
export interface Reports {
  make(request: ReportRequest): Promise<MadeReport>;
  /** The newest report as text of this format, a piece at a time. Throws report-not-made. */
  pieces(format: Exclude<ReportFormat, 'pdf'>): Iterable<string>;
  /** When it was made, epoch ms. Throws report-not-made. */
  madeAt(): number;
}

export function createReports(sources: ReportSources): Reports {
  let made: { readonly document: ReportDocument; readonly takenAt: number } | null = null;
  const newest = () => {
    if (made === null) throw reportNotMadeError();
    return made;
  };
  return {
    make: async (request) => {
      const beganMs = monotonicMs();
      const data = await collectReport(sources, request);
      const document = buildReport(data, sources.knownSecrets());
      made = { document, takenAt: data.takenAtMs };
      return { title: document.title, markdown: previewOf(document), takenAt: data.takenAtMs, elapsedMs: monotonicMs() - beganMs };
    },
    pieces: (format) => piecesOf(newest().document, format),
    madeAt: () => newest().takenAt,
  };
}

/** A report as a file of text, a piece at a time. */
export function* piecesOf(document: ReportDocument, format: Exclude<ReportFormat, 'pdf'>): Generator<string, void, void> {
  if (format === 'html') yield* htmlPieces(document);
  else for (const line of markdownLines(document)) yield `${line}\n`;
}

function previewOf(document: ReportDocument): string {
  let text = '';
  for (const line of markdownLines(document)) {
    if (text.length + line.length > MAX_PREVIEW_CHARS) return `${text}…\n`;
    text += `${line}\n`;
  }
  return text;
}
