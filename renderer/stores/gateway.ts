import { create } from 'zustand';
import type { GatewayState, OverloadRun } from '../../shared/capabilities/gateway/contract.ts';
import { NO_GATEWAY } from '../../shared/nothing-yet.ts';
import { bridge } from '../bridge.ts';
import { sayError } from './notices.ts';

/** A missed push heals within this time. */
const RECONCILE_EVERY_MS = 15_000;

interface GatewayStore {
  readonly state: GatewayState;
  readonly overload: OverloadRun | null;
}

const useGatewayStore = create<GatewayStore>(() => ({ state: NO_GATEWAY, overload: null }));

/** The gateway of the host shown, as it said last. */
export function useGatewayState(): GatewayState {
  return useGatewayStore((store) => store.state);
}

/** The newest overload test, also a finished one; null when there was none. */
export function useOverloadRun(): OverloadRun | null {
  return useGatewayStore((store) => store.overload);
}

function takeState(state: GatewayState): void {
  useGatewayStore.setState((store) => (store.state.hostId === state.hostId ? { state } : { state, overload: null }));
}

function takeOverload(overload: OverloadRun | null): void {
  useGatewayStore.setState({ overload });
}

/** Does something to the gateway and takes the state that comes of it; a failure is told in the status line, and thrown on. */
export async function changeGateway(change: () => Promise<GatewayState>): Promise<void> {
  takeState(await change());
}

/** The same where nobody waits for the failure. */
export function tryGateway(change: () => Promise<GatewayState>): void {
  changeGateway(change).catch(sayError);
}

async function read(): Promise<void> {
  try {
    takeState(await bridge.gateway.state());
    takeOverload(await bridge.gateway.overload());
  } catch {
    // The next round asks again; a push may come before it.
  }
}

/** Subscribes to the pushes and reconciles slowly; returns what ends it. Call once at start. */
export function startGatewayStore(): () => void {
  const stops = [bridge.gateway.onChanged(takeState), bridge.gateway.onOverloadChanged(takeOverload)];
  void read();
  const timer = setInterval(() => void read(), RECONCILE_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}
