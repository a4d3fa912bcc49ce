import { createContext, type ReactNode, useContext, useState } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { TimeSpan } from './types.ts';

/** A moment that the operator chose in a chart. */
export interface ChosenMoment {
  /** Epoch ms. */
  readonly atMs: number;
  /** The place of a menu, in CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
  /** Takes the focus when the menu closes. */
  readonly element: HTMLElement;
}

interface ChartGroupState {
  /** The time of the crosshair of all charts of the page, epoch ms; null = hidden. */
  readonly crosshairMs: number | null;
  /** The moment that stays marked in all charts while it is within their span, epoch ms; null = none. */
  readonly pinnedMs: number | null;
  /** The stretch zoomed to; null = the chosen range up to now. */
  readonly zoom: TimeSpan | null;
}

const INITIAL: ChartGroupState = { crosshairMs: null, pinnedMs: null, zoom: null };

interface Group {
  readonly store: StoreApi<ChartGroupState>;
  readonly onMoment: ((moment: ChosenMoment) => void) | null;
}

const Group = createContext<Group | null>(null);
const lonely: Group = { store: createStore<ChartGroupState>(() => INITIAL), onMoment: null };

export interface ChartGroupProps {
  /** Where the charts open. */
  readonly zoom?: TimeSpan | null;
  readonly pinnedMs?: number | null;
  /** Offers what can be done with a moment, by a click or Enter at the crosshair. */
  readonly onMoment?: (moment: ChosenMoment) => void;
  readonly children: ReactNode;
}

/** Charts within share one crosshair, one marked moment and one zoom. */
export function ChartGroup({ zoom = null, pinnedMs = null, onMoment, children }: ChartGroupProps) {
  const [store] = useState(() => createStore<ChartGroupState>(() => ({ ...INITIAL, zoom, pinnedMs })));
  const [group] = useState<Group>(() => ({ store, onMoment: onMoment ?? null }));
  return <Group.Provider value={group}>{children}</Group.Provider>;
}

/** The group's store, to set crosshair and zoom without drawing anew. */
export function useChartGroup(): StoreApi<ChartGroupState> {
  return (useContext(Group) ?? lonely).store;
}

/** What happens with a chosen moment; null = moments cannot be chosen in these charts. */
export function useOnMoment(): Group['onMoment'] {
  return (useContext(Group) ?? lonely).onMoment;
}

export function useCrosshair(): number | null {
  return useStore(useChartGroup(), (state) => state.crosshairMs);
}

export function usePinned(): number | null {
  return useStore(useChartGroup(), (state) => state.pinnedMs);
}

/** The moment whose readings are shown: of the crosshair, else the marked one; null = now. */
export function useMoment(): number | null {
  return useStore(useChartGroup(), (state) => state.crosshairMs ?? state.pinnedMs);
}

export function useZoom(): TimeSpan | null {
  return useStore(useChartGroup(), (state) => state.zoom);
}
