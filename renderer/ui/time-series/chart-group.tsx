import { createContext, type ReactNode, useContext, useState } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { TimeSpan } from './types.ts';

interface ChartGroupState {
  /** The time of the crosshair of all charts of the page, epoch ms; null = hidden. */
  readonly crosshairMs: number | null;
  /** The stretch zoomed to; null = the chosen range up to now. */
  readonly zoom: TimeSpan | null;
}

const Group = createContext<StoreApi<ChartGroupState> | null>(null);
const lonely = createStore<ChartGroupState>(() => ({ crosshairMs: null, zoom: null }));

/** Charts within share one crosshair and one zoom. */
export function ChartGroup({ children }: { readonly children: ReactNode }) {
  const [store] = useState(() => createStore<ChartGroupState>(() => ({ crosshairMs: null, zoom: null })));
  return <Group.Provider value={store}>{children}</Group.Provider>;
}

/** The group's store, to set crosshair and zoom without drawing anew. */
export function useChartGroup(): StoreApi<ChartGroupState> {
  return useContext(Group) ?? lonely;
}

export function useCrosshair(): number | null {
  return useStore(useChartGroup(), (state) => state.crosshairMs);
}

export function useZoom(): TimeSpan | null {
  return useStore(useChartGroup(), (state) => state.zoom);
}
