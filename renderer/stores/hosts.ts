import { create } from 'zustand';
import type { Notice } from '../../shared/capabilities/app/contract.ts';
import type { ConnectionState, HostProfile, HostsState, LabState, Prompt } from '../../shared/capabilities/hosts/contract.ts';
import { LAB_HOST_ID } from '../../shared/lab-hosts.ts';
import { bridge } from '../bridge.ts';
import { everyWhileVisible } from '../ui/while-visible.ts';
import { useHostId } from './host-context.tsx';
import { addErrorNotice } from './notices.ts';
import { setPage } from './view.ts';

/** A missed push heals within this time. */
const RECONCILE_INTERVAL_MS = 20_000;
const OFFLINE: ConnectionState = { kind: 'offline' };
const NEVER_OPENED = { state: OFFLINE, changedAt: null } as const;
const NO_HOST = 'No host selected';

interface HostsStore {
  readonly state: HostsState;
  /** False until the main process answered once: an empty list is not yet "no hosts". */
  readonly isLoaded: boolean;
  /** The host whose pages are shown; null when none is. */
  readonly shownHostId: string | null;
  readonly prompts: readonly Prompt[];
}

const useHostsStore = create<HostsStore>(() => ({
  state: { hosts: [], connections: {}, lastHostId: null, labs: {} },
  isLoaded: false,
  shownHostId: null,
  prompts: [],
}));

/** The operator's hosts, and the connections of those that are open. */
export function useHostsState(): HostsState {
  return useHostsStore((store) => store.state);
}

/** Whether the list of hosts has been read. */
export function useHostsLoaded(): boolean {
  return useHostsStore((store) => store.isLoaded);
}

/** The host whose pages are shown; a lab while it starts, too. Null when none is. */
export function useShownHostId(): string | null {
  return useHostsStore((store) => store.shownHostId);
}

/** The host that this part of the window is about; null when there is none. */
export function useHostProfile(): HostProfile | null {
  const hostId = useHostId();
  return useHostsStore((store) => store.state.hosts.find(({ id }) => id === hostId) ?? null);
}

/** Its connection; offline when it was not opened. */
export function useConnectionState(): ConnectionState {
  const hostId = useHostId();
  return useHostsStore((store) => connectionOf(store.state, hostId));
}

/** Its connection with the time of its last change; null = never opened. */
export function useConnectionSnapshot(): { readonly state: ConnectionState; readonly changedAt: number | null } {
  const hostId = useHostId();
  return useHostsStore((store) => (hostId === null ? undefined : store.state.connections[hostId])) ?? NEVER_OPENED;
}

/** The connection of a host; offline when it was not opened. */
export function connectionOf(state: HostsState, hostId: string | null): ConnectionState {
  return (hostId === null ? undefined : state.connections[hostId]?.state) ?? OFFLINE;
}

/** Why nothing can be done with the host at the moment; null = it is connected. */
export function useOfflineReason(): string | null {
  const isHost = useHostProfile() !== null;
  const isOnline = useConnectionState().kind === 'online';
  return isOnline ? null : isHost ? 'Not connected' : NO_HOST;
}

/** Why a page about a host cannot be opened; null = there is one. */
export function useNoHostReason(): string | null {
  return useHostProfile() === null ? NO_HOST : null;
}

/** The questions that wait for the operator, oldest first. */
export function usePrompts(): readonly Prompt[] {
  return useHostsStore((store) => store.prompts);
}

/** Shows this host's pages at once, and connects to it; a lab is started. A failure appears in the status line. */
export function showHost(hostId: string): void {
  useHostsStore.setState({ shownHostId: hostId });
  bridge.hosts.open({ hostId }).catch(addErrorNotice);
}

/** Opens the page that a notice leads to, about its host. False where it leads nowhere, or its host is gone. */
export function openNotice({ opens }: Pick<Notice, 'opens'>): boolean {
  const { state, shownHostId } = useHostsStore.getState();
  if (opens === null || !state.hosts.some(({ id }) => id === opens.hostId)) return false;
  const { hostId, page, unit, section } = opens;
  if (hostId !== shownHostId) showHost(hostId);
  setPage(page, { ...(unit === undefined ? {} : { unit }), ...(section === undefined ? {} : { section }) });
  return true;
}

/** Shows a lab, which is started where it does not run. */
export function showLab(hostId: string = LAB_HOST_ID): void {
  showHost(hostId);
}

/** The state of the lab of this id; null = it is no lab, or was never started. */
export function labStateOf(state: HostsState, hostId: string | null): LabState | null {
  const lab = hostId === null ? undefined : state.labs[hostId];
  return lab === undefined || lab.kind === 'stopped' ? null : lab;
}

/** Called with the host shown now, and whenever another one is; returns its unsubscribe. */
export function onShownHost(listener: (hostId: string | null) => void): () => void {
  listener(useHostsStore.getState().shownHostId);
  return useHostsStore.subscribe((store, before) => {
    if (store.shownHostId !== before.shownHostId) listener(store.shownHostId);
  });
}

function receiveState(state: HostsState): void {
  useHostsStore.setState((store) => {
    const isKnown = (hostId: string | null): boolean => state.hosts.some(({ id }) => id === hostId) || labStateOf(state, hostId) !== null;
    const wanted = store.shownHostId ?? state.lastHostId;
    return { state, isLoaded: true, shownHostId: isKnown(wanted) ? wanted : null };
  });
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
    receiveState(await bridge.hosts.state());
  } catch {
    // The next round asks again; a push may come before it.
  }
}

/** Starts with the `known` state, subscribes to the pushes and reconciles slowly; returns the unsubscribe. Call once at start. */
export function startHostsStore(known: HostsState | null): () => void {
  if (known !== null) receiveState(known);
  const stops = [
    bridge.hosts.onChanged(receiveState),
    bridge.hosts.onPrompted((prompt) => addPrompts([prompt])),
    bridge.hosts.onPromptClosed(({ promptId }) => closePrompt(promptId)),
    everyWhileVisible(RECONCILE_INTERVAL_MS, () => void read()),
  ];
  void read();
  bridge.hosts.openPrompts().then(addPrompts, () => {});
  return () => {
    for (const stop of stops) stop();
  };
}
