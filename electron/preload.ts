import { contextBridge, ipcRenderer } from 'electron';

/** The contract's names, put in at build time so that the schemas stay out of the page's start-up. */
declare const __CALL_NAMES__: readonly string[];
declare const __EVENT_NAMES__: readonly string[];

type Members = Record<string, (...args: never[]) => unknown>;
const api: Record<string, Members> = {};

function capabilityOf(name: string): { readonly members: Members; readonly member: string } {
  const dot = name.indexOf('.');
  const capability = name.slice(0, dot);
  api[capability] ??= {};
  return { members: api[capability], member: name.slice(dot + 1) };
}

for (const name of __CALL_NAMES__) {
  const { members, member } = capabilityOf(name);
  members[member] = (input: unknown) => ipcRenderer.invoke(name, input);
}

for (const name of __EVENT_NAMES__) {
  const { members, member } = capabilityOf(name);
  members[`on${member.charAt(0).toUpperCase()}${member.slice(1)}`] = (listener: (payload: unknown) => void) => {
    // The event object stays here: it would hand the page a way to Electron.
    const heard = (_event: unknown, payload: unknown): void => listener(payload);
    ipcRenderer.on(name, heard);
    return () => {
      ipcRenderer.removeListener(name, heard);
    };
  };
}

contextBridge.exposeInMainWorld('ada', api);
