import type { PanelContext } from '../capabilities/capability.ts';
import { PANEL_CAPABILITIES } from '../capabilities.ts';
import type { Emit } from './ipc.ts';

/** The capabilities without a host, open as long as the panel runs. */
export interface PanelSession {
  readonly context: PanelContext;
  /** Undefined if no capability has this call. */
  handlerOf(name: string): ((input: unknown) => unknown) | undefined;
  /** Deletes the stored data of a host that was removed from the list. */
  forget(hostId: string): void;
  /** Stops the capabilities in reverse order of opening. */
  stop(): Promise<void>;
}

/** Opens every panel capability and passes on its events. */
export function openPanelSession(o: { readonly parts: Omit<PanelContext, 'use'>; readonly emit: Emit }): PanelSession {
  const context: PanelContext = { ...o.parts, use: (capability) => capability.roomOf(context) };
  const open = PANEL_CAPABILITIES.map((capability) => ({ capability, room: capability.open(context) }));
  for (const { room } of open) room.connect((name, value) => o.emit.panel(name, value));
  return {
    context,
    handlerOf: (name) => {
      const found = open.find(({ capability }) => capability.calls.includes(name));
      return found === undefined ? undefined : (input) => found.room.call(name, input);
    },
    forget: (hostId) => {
      for (const { capability } of open) capability.forget(context, hostId);
    },
    stop: async () => {
      for (const { room } of open.toReversed()) await room.stop();
    },
  };
}
