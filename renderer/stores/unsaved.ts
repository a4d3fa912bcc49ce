import { create } from 'zustand';
import type { PanelError } from '../../shared/errors.ts';
import { bridge } from '../bridge.ts';

const useUnsavedStore = create<{ readonly error: PanelError | null }>(() => ({ error: null }));

/** Why changes cannot be saved on this computer at the moment; null = they are. */
export function useUnsaved(): PanelError | null {
  return useUnsavedStore(({ error }) => error);
}

/** Reads the state, then listens; returns what ends it. Call once at start. */
export function startUnsavedStore(): () => void {
  const take = (error: PanelError | null): void => useUnsavedStore.setState({ error });
  const stop = bridge.app.onUnsavedChanged(take);
  bridge.app.unsaved().then(take, () => {});
  return stop;
}
