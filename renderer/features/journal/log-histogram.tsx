import { type KeyboardEvent, memo, type PointerEvent, useRef, useState } from 'react';
import type { HistogramBin } from '../../stores/journal/histogram.ts';
import { useJournal } from '../../stores/journal/journal.ts';
import { describeBin, describeBinRange, describeBinStart, TEXT } from './text.ts';
import { useHistogram } from './use-histogram.ts';

const HEIGHT_PX = 36;
/** One error among thousands of lines is still seen. */
const MIN_TROUBLE_PX = 3;

/** A marked stretch of bins, both included. */
interface Marked {
  readonly from: number;
  readonly to: number;
}

export interface LogHistogramProps {
  /** Shows the first line at or after a time. */
  readonly onJump: (atMs: number) => void;
  /** Shows a stretch of time alone. */
  readonly onNarrow: (fromMs: number, toMs: number) => void;
}

/** The shown lines over time by level. A click or Enter jumps to a time; dragging, or Shift with the arrows, narrows to a stretch. */
export function LogHistogram({ onJump, onNarrow }: LogHistogramProps) {
  const histogram = useHistogram();
  const still = useJournal((store) => store.still);
  const [marked, setMarked] = useState<Marked | null>(null);
  const plot = useRef<HTMLDivElement>(null);
  const dragFrom = useRef<number | null>(null);
  const bins = histogram?.bins ?? [];
  if (histogram === null || bins.length === 0) return <div className="logs-histogram" aria-hidden />;
  const { fromMs, binMs } = histogram;
  const last = bins.length - 1;
  const startOf = (bin: number) => fromMs + bin * binMs;
  const cursor = marked === null ? null : Math.min(marked.to, last);

  const act = ({ from, to }: Marked): void => {
    if (from === to) onJump(startOf(from));
    else onNarrow(startOf(Math.min(from, to)), startOf(Math.max(from, to) + 1));
  };
  const binAt = ({ clientX }: PointerEvent): number => {
    const box = plot.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(last, Math.max(0, Math.floor(((clientX - box.left) / box.width) * bins.length)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey } = event;
    const at = cursor ?? last;
    const to = new Map([
      ['ArrowLeft', cursor === null ? last : at - 1],
      ['ArrowRight', cursor === null ? 0 : at + 1],
      ['Home', 0],
      ['End', last],
    ]).get(key);
    if (to !== undefined) {
      const bin = Math.min(last, Math.max(0, to));
      setMarked({ from: shiftKey && marked !== null ? marked.from : bin, to: bin });
    } else if (key === 'Enter' && marked !== null) act(marked);
    else if (key === 'Escape' && marked !== null) setMarked(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const said = marked === null ? describeBinRange(histogram, 0, last) : describeBinRange(histogram, marked.from, marked.to);

  return (
    <div className="logs-histogram">
      <div
        ref={plot}
        className="logs-histogram-plot"
        role="slider"
        tabIndex={0}
        aria-label={TEXT.histogram}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={cursor ?? last}
        aria-valuetext={cursor === null ? said : describeBin(histogram, cursor)}
        title={TEXT.histogramTip}
        onKeyDown={onKeyDown}
        onBlur={() => setMarked(null)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          dragFrom.current = binAt(event);
          setMarked({ from: binAt(event), to: binAt(event) });
        }}
        onPointerMove={(event) => {
          const bin = binAt(event);
          setMarked({ from: dragFrom.current ?? bin, to: bin });
        }}
        onPointerUp={(event) => {
          if (dragFrom.current === null) return;
          act({ from: dragFrom.current, to: binAt(event) });
          dragFrom.current = null;
        }}
        onPointerCancel={() => {
          dragFrom.current = null;
          setMarked(null);
        }}
        onPointerLeave={() => {
          if (dragFrom.current === null) setMarked(null);
        }}
      >
        <Bars bins={bins} />
        {marked === null ? null : (
          <span
            className="logs-histogram-mark"
            style={{
              left: `${(Math.min(marked.from, marked.to) / bins.length) * 100}%`,
              width: `${((Math.abs(marked.to - marked.from) + 1) / bins.length) * 100}%`,
            }}
          />
        )}
      </div>
      <div className="logs-histogram-foot">
        <span>{describeBinStart(startOf(0))}</span>
        <span className="logs-histogram-said">{said}</span>
        {still?.toMs === null || still === null ? null : (
          <button
            type="button"
            className="logs-histogram-out"
            onClick={() => zoomOut(still.fromMs, still.toMs ?? startOf(last + 1), onNarrow)}
          >
            {TEXT.zoomOut}
          </button>
        )}
        <span>{describeBinStart(startOf(last + 1))}</span>
      </div>
    </div>
  );
}

function zoomOut(fromMs: number, toMs: number, onNarrow: LogHistogramProps['onNarrow']): void {
  const width = Math.max(1000, toMs - fromMs);
  onNarrow(fromMs - width, toMs + width);
}

const Bars = memo(function Bars({ bins }: { readonly bins: readonly HistogramBin[] }) {
  const most = Math.max(1, ...bins.map(({ error, warning, other }) => error + warning + other));
  const px = (count: number, least: number): number => (count === 0 ? 0 : Math.max(least, (count / most) * HEIGHT_PX));
  return (
    <svg viewBox={`0 0 ${bins.length} ${HEIGHT_PX}`} preserveAspectRatio="none" aria-hidden>
      {bins.map(({ error, warning, other }, at) => {
        const errorPx = px(error, MIN_TROUBLE_PX);
        const warningPx = px(warning, MIN_TROUBLE_PX);
        const otherPx = Math.max(0, Math.min(px(other, 1), HEIGHT_PX - errorPx - warningPx));
        const x = at + 0.08;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bin is known by its place alone
          <g key={at}>
            {other === 0 ? null : <rect data-level="other" x={x} width={0.84} y={HEIGHT_PX - otherPx} height={otherPx} />}
            {warning === 0 ? null : <rect data-level="warning" x={x} width={0.84} y={HEIGHT_PX - otherPx - warningPx} height={warningPx} />}
            {error === 0 ? null : (
              <rect data-level="error" x={x} width={0.84} y={HEIGHT_PX - otherPx - warningPx - errorPx} height={errorPx} />
            )}
          </g>
        );
      })}
    </svg>
  );
});
