import './history.css';
import { Button, SegmentedControl } from '@mantine/core';
import { IconZoomReset } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { updateSettings, useSettings } from '../../stores/settings.ts';
import { useChartGroup, useZoom } from '../../ui/time-series/chart-group.tsx';
import { RANGES } from './ranges.ts';

/** The range last chosen on any page with charts, in ms. */
export function useRangeMs(): number {
  const { last } = useSettings();
  return (RANGES.find((range) => range.ms === last.gpuRangeMs) ?? RANGES[0]).ms;
}

/** Which stretch of time the charts of the group show, and on the right what can be done with it. */
export function RangeControls({ children }: { readonly children?: ReactNode }) {
  const { last } = useSettings();
  const rangeMs = useRangeMs();
  const group = useChartGroup();
  const isZoomed = useZoom() !== null;
  return (
    <div className="ada-range-controls">
      <SegmentedControl
        aria-label="Time range"
        size="xs"
        value={String(rangeMs)}
        onChange={(value) => {
          void updateSettings({ last: { ...last, gpuRangeMs: Number(value) } });
          group.setState({ zoom: null, crosshairMs: null });
        }}
        data={RANGES.map((range) => ({ value: String(range.ms), label: range.label }))}
      />
      <span className="ada-range-hint">
        {isZoomed ? (
          <Button
            variant="subtle"
            leftSection={<IconZoomReset size={15} aria-hidden />}
            onClick={() => group.setState({ zoom: null, crosshairMs: null })}
          >
            Back to live
          </Button>
        ) : (
          <span className="ada-quiet ada-range-small">drag to zoom · shift-drag to move · double-click to reset</span>
        )}
        {children}
      </span>
    </div>
  );
}
