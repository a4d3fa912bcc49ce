import { Button } from '@mantine/core';
import { memo } from 'react';
import type { ImageRun } from '../../../../shared/capabilities/images/contract.ts';
import { ProgressBar } from '../../../ui/progress-bar.tsx';
import { imageUrl, thumbnailUrl } from '../image-urls.ts';
import { describeStage } from '../runs/text.ts';
import { imageOf, whyEmpty } from './cell-state.ts';
import { SWEEP_TEXT } from './text.ts';

interface SheetCellProps {
  readonly run: ImageRun | null;
  /** Its place on the axes. */
  readonly label: string;
  /** Many cells are drawn from thumbnails: a hundred whole images would fill the memory. */
  readonly isSmall: boolean;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onRetry: () => void;
}

/** One cell of a sheet: its image, how far it is, or why there is none. */
export const SheetCellView = memo(
  SheetCell,
  (before, next) =>
    before.run === next.run && before.isSelected === next.isSelected && before.isSmall === next.isSmall && before.label === next.label,
);

function SheetCell({ run, label, isSmall, isSelected, onSelect, onRetry }: SheetCellProps) {
  const image = imageOf(run);
  const ratio = run === null ? 1 : run.parameters.width / run.parameters.height;
  if (image !== null) {
    return (
      <button
        type="button"
        className="sheet-cell"
        aria-pressed={isSelected}
        aria-label={label}
        title={label}
        style={{ aspectRatio: ratio }}
        onClick={onSelect}
      >
        <img src={isSmall ? thumbnailUrl(image) : imageUrl(image)} alt="" loading="lazy" decoding="async" draggable={false} />
      </button>
    );
  }
  const phase = run?.phase;
  return (
    <div className="sheet-cell" data-empty style={{ aspectRatio: ratio }}>
      {phase?.kind === 'running' ? (
        <>
          {phase.preview === null ? null : <img src={phase.preview} alt="" />}
          <span className="sheet-state">
            {describeStage(phase, 1)}
            <ProgressBar label={label} share={phase.share} tone="busy" />
          </span>
        </>
      ) : (
        <span className="sheet-state" title={phase?.kind === 'failed' ? phase.error.message : undefined}>
          {whyEmpty(run)}
          {phase?.kind === 'failed' || phase?.kind === 'cancelled' ? (
            <Button size="compact-xs" variant="default" aria-label={`${SWEEP_TEXT.retry}: ${label}`} onClick={onRetry}>
              {SWEEP_TEXT.retry}
            </Button>
          ) : null}
        </span>
      )}
    </div>
  );
}
