import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { StorageReport } from '../../shared/capabilities/settings/contract.ts';
import type {
  CallOutput,
  EventPayload,
  HostCallsOf,
  HostEventName,
  PanelCallsOf,
  PanelEventName,
  ParsedInput,
} from '../../shared/contract/index.ts';
import type { LastKnown } from '../foundation/files/last-known.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import type { ShippedFiles } from '../foundation/files/shipped.ts';
import type { Logger } from '../foundation/log/log.ts';
import type { SecretStore } from '../foundation/secret-store.ts';
import type { ConnectionLease } from '../foundation/ssh/connection-pool.ts';
import type { Connection } from '../foundation/ssh/transport.ts';
import type { Confirm, Confirmation } from './confirmation.ts';
import type { RunningLab } from './running-lab.ts';
import type { SettingsStore } from './settings-store.ts';

/** What a capability asks of the operator's desktop. */
export interface Desktop {
  /** Asks where to save; null when the operator cancelled. */
  saveAs(suggestedName: string): Promise<string | null>;
  /** Asks for a folder to write into; null when the operator cancelled. */
  chooseFolder(): Promise<string | null>;
  /** Shows a file in the system's file manager. */
  showInFolder(file: string): void;
  /** Continues a drag of the window as a drag of files, under an image (PNG) that may be missing. */
  startDrag(files: readonly string[], icon: Uint8Array | null): void;
  /** Asks for a file to read; null when the operator cancelled. */
  openFile(kind: { readonly name: string; readonly extensions: readonly string[] }): Promise<string | null>;
  /** Puts a file on the clipboard. Throws clipboard-not-written. */
  copyFile(file: string): Promise<void>;
  /** A page of HTML as PDF, without scripts, resources or network. Throws report-not-printed. */
  printHtml(html: string): Promise<Uint8Array>;
}

interface CommonContext {
  readonly dataFolder: string;
  readonly settings: SettingsStore;
  readonly secrets: SecretStore;
  readonly shipped: ShippedFiles;
  readonly lastKnown: LastKnown;
  readonly saves: SaveMonitor;
  readonly desktop: Desktop;
  readonly confirm: Confirm;
  readonly storage: () => StorageReport;
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now: () => number;
}

/** What a capability that is about no host is made of. */
export interface PanelContext extends CommonContext {
  use<Room>(capability: PanelCapability<string, Room>): Room;
}

/** What a capability of one host is made of. */
export interface HostContext extends CommonContext {
  readonly hostId: string;
  readonly profile: HostProfile;
  /** The host as currently listed; null when it was removed. */
  readonly currentProfile: () => HostProfile | null;
  readonly connection: Connection;
  /** The running lab where this host is the lab, else null. */
  readonly lab: RunningLab | null;
  /** The connection to a host of the list, this one or another; null when it is not there. */
  connectionTo(hostId: string): ConnectionLease | null;
  use<Room>(capability: HostCapability<string, Room> | PanelCapability<string, Room>): Room;
}

type Answer<T> = T | Promise<T>;

/** A handler a call: it gets the room of the host that the call named. */
export type HostHandlers<N extends string, Room> = {
  readonly [C in HostCallsOf<N>]: (room: Room, input: ParsedInput<C>, host: HostContext) => Answer<CallOutput<C>>;
};
export type PanelHandlers<N extends string, Room> = {
  readonly [C in PanelCallsOf<N>]: (room: Room, input: ParsedInput<C>, panel: PanelContext) => Answer<CallOutput<C>>;
};
/** What a confirmation names of its host. */
export type ConfirmedHost = Pick<HostContext, 'profile' | 'currentProfile'>;
/** For calls that change trust or act as root: the question before it, or null where this input needs none. */
export type HostConfirmations<N extends string, Room> = {
  readonly [C in HostCallsOf<N>]?: (room: Room, input: ParsedInput<C>, host: ConfirmedHost) => Answer<Confirmation | null>;
};
export type HostEmit<N extends string> = <E extends Extract<HostEventName, `${N}.${string}`>>(name: E, value: EventPayload<E>) => void;
export type PanelEmit<N extends string> = <E extends Extract<PanelEventName, `${N}.${string}`>>(name: E, value: EventPayload<E>) => void;

export interface HostCapabilityDefinition<N extends string, Room> {
  readonly name: N;
  create(host: HostContext): Room;
  readonly handlers: HostHandlers<N, Room>;
  readonly confirmations?: HostConfirmations<N, Room>;
  /** Passes on what the room reports; returns the unsubscribes. */
  events?(room: Room, emit: HostEmit<N>, host: HostContext): readonly (() => void)[];
  /** Emits the last known state of the host before the host responds. */
  initial?(room: Room, emit: HostEmit<N>): void;
  stop?(room: Room): void;
  /** Deletes the data of a host that was removed from the list. */
  forget?(panel: PanelContext, hostId: string): void;
}

export interface PanelCapabilityDefinition<N extends string, Room> {
  readonly name: N;
  create(panel: PanelContext): Room;
  readonly handlers: PanelHandlers<N, Room>;
  events?(room: Room, emit: PanelEmit<N>): readonly (() => void)[];
  stop?(room: Room): Answer<void>;
  forget?(room: Room, hostId: string): void;
}

/** A capability at work: its room is behind the functions, so that lists of different capabilities can be held. */
interface OpenCapability {
  call(name: string, input: unknown): unknown;
  stop(): Answer<void>;
}

interface OpenPanelCapability extends OpenCapability {
  /** Subscribes `emit` to the room. */
  connect(emit: <E extends PanelEventName>(name: E, value: EventPayload<E>) => void): readonly (() => void)[];
}

export interface OpenHostCapability extends OpenCapability {
  /** Subscribes `emit` to the room, and emits the last known state. */
  connect(emit: <E extends HostEventName>(name: E, value: EventPayload<E>) => void): readonly (() => void)[];
  confirmationOf(name: string, input: unknown): Answer<Confirmation | null>;
}

/** One capability of a host. */
export interface HostCapability<N extends string, Room> {
  readonly scope: 'host';
  readonly name: N;
  readonly calls: readonly string[];
  open(host: HostContext): OpenHostCapability;
  /** The room that was opened for this host. */
  roomOf(host: HostContext): Room;
  forget(panel: PanelContext, hostId: string): void;
}

/** One capability of the panel itself. */
export interface PanelCapability<N extends string, Room> {
  readonly scope: 'panel';
  readonly name: N;
  readonly calls: readonly string[];
  open(panel: PanelContext): OpenPanelCapability;
  roomOf(panel: PanelContext): Room;
  forget(panel: PanelContext, hostId: string): void;
}

type Handler<Room, Context, Result> = (room: Room, input: never, context: Context) => Result;

/** Input was parsed by the contract under the same name as the handler, which the type of the table cannot carry. */
const callOf =
  <Room, Context, Result>(handlers: Readonly<Record<string, Handler<Room, Context, Result> | undefined>>, room: Room, context: Context) =>
  (name: string, input: unknown): Result | undefined =>
    handlers[name]?.(room, input as never, context);

function createRoomRegistry<Context extends object, Room>(name: string) {
  const rooms = new WeakMap<Context, { readonly room: Room }>();
  return {
    register: (context: Context, room: Room): void => void rooms.set(context, { room }),
    roomOf: (context: Context): Room => {
      const registered = rooms.get(context);
      if (registered === undefined) throw new Error(`${name} was not opened`);
      return registered.room;
    },
  };
}

/** Declares a capability that every host has: electron/capabilities.ts lists it. */
export function hostCapability<N extends string, Room>(definition: HostCapabilityDefinition<N, Room>): HostCapability<N, Room> {
  const { register, roomOf } = createRoomRegistry<HostContext, Room>(definition.name);
  return {
    scope: 'host',
    name: definition.name,
    calls: Object.keys(definition.handlers),
    roomOf,
    open: (host) => {
      const room = definition.create(host);
      register(host, room);
      const confirmationOf = callOf<Room, HostContext, Answer<Confirmation | null>>(definition.confirmations ?? {}, room, host);
      return {
        call: callOf<Room, HostContext, unknown>(definition.handlers, room, host),
        confirmationOf: (name, input) => confirmationOf(name, input) ?? null,
        connect: (emit) => {
          const stops = definition.events?.(room, emit, host) ?? [];
          definition.initial?.(room, emit);
          return stops;
        },
        stop: () => definition.stop?.(room),
      };
    },
    forget: (panel, hostId) => definition.forget?.(panel, hostId),
  };
}

/** Declares a capability of the panel itself: electron/capabilities.ts lists it. */
export function panelCapability<N extends string, Room>(definition: PanelCapabilityDefinition<N, Room>): PanelCapability<N, Room> {
  const { register, roomOf } = createRoomRegistry<PanelContext, Room>(definition.name);
  return {
    scope: 'panel',
    name: definition.name,
    calls: Object.keys(definition.handlers),
    roomOf,
    open: (panel) => {
      const room = definition.create(panel);
      register(panel, room);
      return {
        call: callOf<Room, PanelContext, unknown>(definition.handlers, room, panel),
        connect: (emit) => definition.events?.(room, emit) ?? [],
        stop: () => definition.stop?.(room),
      };
    },
    forget: (panel, hostId) => definition.forget?.(roomOf(panel), hostId),
  };
}
