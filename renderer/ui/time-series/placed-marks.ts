import { describeMore } from '../text.ts';
import { type Frame, xOf } from './frame.ts';
import type { ChartMark, TimeSpan } from './types.ts';

type Tone = ChartMark['tone'];

/** A moment is drawn this wide. */
const MIN_PX = 3;
/** The handle of a short mark can still be hit. */
const MIN_HANDLE_PX = 10;
/** A wider mark has a handle to itself. */
const MAX_SHARED_PX = 30;
/** Named by one handle. */
const MAX_LABELS = 4;
/** The worst first. */
const TONES: readonly Tone[] = ['bad', 'warning', 'info'];

/** All stretches of one tone. */
export interface MarkBands {
  readonly tone: Tone;
  /** An SVG path in pixels of the chart. */
  readonly path: string;
}

/** A handle above the chart; it opens the newest of its worst marks. */
export interface MarkHandle {
  readonly key: string;
  readonly tone: Tone;
  readonly left: number;
  readonly width: number;
  readonly title: string;
  readonly open: () => void;
}

/** Marks of one handle, in order of time. */
interface Shared {
  readonly left: number;
  right: number;
  worst: ChartMark;
  readonly labels: string[];
  count: number;
}

/**
 * Where the marks of a span are drawn: exact bands, and handles. Short marks beside each other share a handle and lie over the long ones, so that
 * any number of marks can be drawn and each can be hit.
 */
export function placeMarks(
  marks: readonly ChartMark[],
  span: TimeSpan,
  nowMs: number,
  frame: Frame,
): { readonly bands: readonly MarkBands[]; readonly handles: readonly MarkHandle[] } {
  const clip = (x: number): number => Math.max(frame.left, Math.min(frame.left + frame.width, x));
  const shown = marks
    .filter(({ fromMs, toMs }) => fromMs <= span.toMs && (toMs ?? nowMs) >= span.fromMs)
    .map((mark) => {
      const left = clip(xOf(mark.fromMs, span, frame));
      return { mark, left, width: Math.max(MIN_PX, clip(xOf(mark.toMs ?? nowMs, span, frame)) - left) };
    });
  const bands = TONES.map((tone) => ({
    tone,
    path: shown
      .filter(({ mark }) => mark.tone === tone)
      .map(({ left, width }) => `M${left.toFixed(1)} ${frame.top}h${width.toFixed(1)}v${frame.height}h${(-width).toFixed(1)}z`)
      .join(''),
  })).filter(({ path }) => path !== '');
  const long = shown
    .filter(({ width }) => width > MAX_SHARED_PX)
    .map(({ mark, left, width }): MarkHandle => ({ key: mark.key, tone: mark.tone, left, width, title: mark.label, open: mark.open }));
  const shared: Shared[] = [];
  for (const { mark, left, width } of shown.filter((one) => one.width <= MAX_SHARED_PX).toSorted((a, b) => a.left - b.left)) {
    const handlePx = Math.max(MIN_HANDLE_PX, width);
    const from = left + (width - handlePx) / 2;
    const last = shared.at(-1);
    if (last === undefined || from >= last.right || from + handlePx > last.left + MAX_SHARED_PX) {
      const free = Math.max(from, last?.right ?? from);
      shared.push({ left: free, right: Math.max(from + handlePx, free + MIN_HANDLE_PX), worst: mark, labels: [mark.label], count: 1 });
      continue;
    }
    last.right = Math.max(last.right, from + handlePx);
    last.count += 1;
    if (last.labels.length < MAX_LABELS) last.labels.push(mark.label);
    if (TONES.indexOf(mark.tone) <= TONES.indexOf(last.worst.tone)) last.worst = mark;
  }
  return { bands, handles: [...long, ...shared.map(asHandle)] };
}

const asHandle = ({ left, right, worst, labels, count }: Shared): MarkHandle => ({
  key: worst.key,
  tone: worst.tone,
  left,
  width: right - left,
  title: [...labels, ...(count > labels.length ? [describeMore(count - labels.length)] : [])].join('\n\n'),
  open: worst.open,
});
