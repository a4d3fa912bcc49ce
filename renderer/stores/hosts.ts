import { create } from 'zustand';
import type { ConnectionState, HostProfile, HostsState, Prompt } from '../../shared/capabilities/hosts/contract.ts';
import { bridge } from '../bridge.ts';

/** A missed push heals within this time. */
const RECONCILE_EVERY_MS = 20_000;
const OFFLINE: ConnectionState = { kind: 'offline' };

interface HostsStore {
  readonly state: HostsState;
  /** False until the main process answered once: an empty list is not yet "no hosts". */
  readonly isLoaded: boolean;
  readonly prompts: readonly Prompt[];
}

const useHostsStore = create<HostsStore>(() => ({
  state: { hosts: [], selectedHostId: null, connection: null, facts: null },
  isLoaded: false,
  prompts: [],
}));

/** The operator's hosts, which one is shown, and its connection. */
export function useHostsState(): HostsState {
  return useHostsStore((store) => store.state);
}

/** Whether the list of hosts has been read. */
export function useHostsLoaded(): boolean {
  return useHostsStore((store) => store.isLoaded);
}

/** The profile of the host that is shown; null when none is. */
export function useSelectedHost(): HostProfile | null {
  return useHostsStore((store) => selectedHost(store.state));
}

/** The memory of the host shown, MiB; null when it is not known. */
export function useHostMemoryMiB(): number | null {
  return useHostsStore((store) => store.state.facts?.memoryTotalMiB ?? null);
}

/** The connection of the host shown; offline when none is. */
export function useConnectionState(): ConnectionState {
  return useHostsStore((store) => store.state.connection?.state ?? OFFLINE);
}

/** The questions that wait for the operator, oldest first. */
export function usePrompts(): readonly Prompt[] {
  return useHostsStore((store) => store.prompts);
}

export function selectedHost(state: HostsState): HostProfile | null {
  return state.hosts.find((host) => host.id === state.selectedHostId) ?? null;
}

function takeState(state: HostsState): void {
  useHostsStore.setState({ state, isLoaded: true });
}

function addPrompts(prompts: readonly Prompt[]): void {
  useHostsStore.setState((store) => {
    const known = new Set(store.prompts.map((prompt) => prompt.promptId));
    return { prompts: [...store.prompts, ...prompts.filter((prompt) => !known.has(prompt.promptId))] };
  });
}

/** Takes a question away; it was answered here or withdrawn by the main process. */
export function closePrompt(promptId: string): void {
  useHostsStore.setState((store) => ({ prompts: store.prompts.filter((prompt) => prompt.promptId !== promptId) }));
}

async function read(): Promise<void> {
  try {
    takeState(await bridge.hosts.state());
  } catch {
    // The next round asks again; a push may come before it.
  }
}

/** Begins with what is `known`, subscribes to the pushes and reconciles slowly; returns what ends it. Call once at start. */
export function startHostsStore(known: HostsState | null): () => void {
  if (known !== null) takeState(known);
  const stops = [
    bridge.hosts.onChanged(takeState),
    bridge.hosts.onPrompted((prompt) => addPrompts([prompt])),
    bridge.hosts.onPromptClosed(({ promptId }) => closePrompt(promptId)),
  ];
  void read();
  bridge.hosts.openPrompts().then(addPrompts, () => {});
  const timer = setInterval(() => void read(), RECONCILE_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}
