import './history.css';
import { Button, SegmentedControl } from '@mantine/core';
import { IconZoomReset } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { updateSettings, useSettings } from '../../stores/settings.ts';
import { useChartGroup, usePinned, useZoom } from '../../ui/time-series/chart-group.tsx';
import { CustomRange } from './custom-range-button.tsx';
import { RANGES } from './ranges.ts';
import { TEXT } from './text.ts';

/** The range last selected on any page with charts, in ms. */
export function useRangeMs(): number {
  const { last } = useSettings();
  return (RANGES.find((range) => range.ms === last.gpuRangeMs) ?? RANGES[0]).ms;
}

/** The time range of the charts of a group, with its actions at the right. */
export function RangeControls({ children }: { readonly children?: ReactNode }) {
  const { last } = useSettings();
  const rangeMs = useRangeMs();
  const group = useChartGroup();
  const isZoomed = useZoom() !== null;
  const isPinned = usePinned() !== null;
  return (
    <div className="ada-range-controls">
      <span className="ada-range-hint">
        <SegmentedControl
          aria-label={TEXT.timeRange}
          size="xs"
          value={isZoomed ? '' : String(rangeMs)}
          onChange={(value) => {
            void updateSettings({ last: { ...last, gpuRangeMs: Number(value) } });
            group.setState({ zoom: null, crosshairMs: null, pinnedMs: null });
          }}
          data={RANGES.map((range) => ({ value: String(range.ms), label: range.label }))}
        />
        <CustomRange />
      </span>
      <span className="ada-range-hint">
        {isZoomed || isPinned ? (
          <Button
            variant="subtle"
            leftSection={<IconZoomReset size={15} aria-hidden />}
            onClick={() => group.setState({ zoom: null, crosshairMs: null, pinnedMs: null })}
          >
            {TEXT.backToLive}
          </Button>
        ) : (
          <span className="ada-quiet ada-range-small">{TEXT.zoomHint}</span>
        )}
        {children}
      </span>
    </div>
  );
}
