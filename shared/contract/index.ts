import type { z } from 'zod';
import { appCalls, appEvents } from '../capabilities/app/contract.ts';
import { checkCalls, checkEvents } from '../capabilities/checks/contract.ts';
import { comfyUiCalls, comfyUiEvents } from '../capabilities/comfyui/contract.ts';
import { diagnosisCalls, diagnosisEvents } from '../capabilities/diagnosis/contract.ts';
import { factCalls, factEvents } from '../capabilities/facts/contract.ts';
import { galleryCalls, galleryEvents } from '../capabilities/gallery/contract.ts';
import { gatewayCalls, gatewayEvents } from '../capabilities/gateway/contract.ts';
import { gpuCalls, gpuEvents } from '../capabilities/gpu/contract.ts';
import { historyCalls, historyEvents } from '../capabilities/history/contract.ts';
import { hostCalls, hostEvents } from '../capabilities/hosts/contract.ts';
import { imageCalls, imageEvents } from '../capabilities/images/contract.ts';
import { incidentCalls, incidentEvents } from '../capabilities/incidents/contract.ts';
import { journalCalls, journalEvents } from '../capabilities/journal/contract.ts';
import { libraryCalls, libraryEvents } from '../capabilities/library/contract.ts';
import { modelCalls, modelEvents } from '../capabilities/models/contract.ts';
import { probeCalls, probeEvents } from '../capabilities/probes/contract.ts';
import { reportCalls } from '../capabilities/report/contract.ts';
import { serviceCalls, serviceEvents } from '../capabilities/services/contract.ts';
import { settingsCalls, settingsEvents } from '../capabilities/settings/contract.ts';
import { setupCalls, setupEvents } from '../capabilities/setup/contract.ts';
import { supportCalls } from '../capabilities/support/contract.ts';
import { troubleshootingCalls } from '../capabilities/troubleshooting/contract.ts';
import type { OfHost, Outcome } from './define.ts';

/** The whole IPC surface: everything else (handlers, preload, bridge, query keys) is derived from these two lists. */
export const calls = [
  ...appCalls,
  ...hostCalls,
  ...factCalls,
  ...gpuCalls,
  ...historyCalls,
  ...serviceCalls,
  ...journalCalls,
  ...gatewayCalls,
  ...imageCalls,
  ...galleryCalls,
  ...libraryCalls,
  ...modelCalls,
  ...comfyUiCalls,
  ...probeCalls,
  ...diagnosisCalls,
  ...settingsCalls,
  ...setupCalls,
  ...checkCalls,
  ...reportCalls,
  ...incidentCalls,
  ...troubleshootingCalls,
  ...supportCalls,
] as const;
export const events = [
  ...appEvents,
  ...hostEvents,
  ...factEvents,
  ...gpuEvents,
  ...serviceEvents,
  ...journalEvents,
  ...gatewayEvents,
  ...imageEvents,
  ...galleryEvents,
  ...historyEvents,
  ...libraryEvents,
  ...modelEvents,
  ...comfyUiEvents,
  ...probeEvents,
  ...diagnosisEvents,
  ...settingsEvents,
  ...setupEvents,
  ...checkEvents,
  ...incidentEvents,
] as const;

type AnyCall = (typeof calls)[number];
type AnyEvent = (typeof events)[number];

export type CallName = AnyCall['name'];
export type EventName = AnyEvent['name'];
/** Calls that name a host. */
export type HostCallName = Extract<AnyCall, { kind: 'host-call' }>['name'];
/** Events of a host. */
export type HostEventName = Extract<AnyEvent, { kind: 'host-event' }>['name'];
export type PanelCallName = Exclude<CallName, HostCallName>;
export type PanelEventName = Exclude<EventName, HostEventName>;

type CallOf<N extends CallName> = Extract<AnyCall, { name: N }>;
type EventOf<N extends EventName> = Extract<AnyEvent, { name: N }>;

/** What the renderer sends for a call. */
export type CallInput<N extends CallName> = z.input<CallOf<N>['input']>;
/** What a handler gets, after parsing. */
export type ParsedInput<N extends CallName> = z.output<CallOf<N>['input']>;
export type CallOutput<N extends CallName> = z.output<CallOf<N>['output']>;
export type EventPayload<N extends EventName> = z.output<EventOf<N>['payload']>;

/** A value as it crosses the bridge: with its host where it is about one. */
type Wire<N extends string, T> = N extends HostCallName | HostEventName ? OfHost<T> : T;
export type WireInput<N extends CallName> = Wire<N, ParsedInput<N>>;
export type WirePayload<N extends EventName> = Wire<N, EventPayload<N>>;

type CapabilityOf<N extends string> = N extends `${infer C}.${string}` ? C : never;
type VerbOf<N extends string, C extends string> = N extends `${C}.${infer V}` ? V : never;
type Arguments<I> = [I] extends [undefined] ? [] : [input: I];
/** `samples` becomes `onSamples`. */
type Subscriber<V extends string> = `on${Capitalize<V>}`;

export type CapabilityName = CapabilityOf<CallName | EventName>;
/** The calls of one capability that name a host. */
export type HostCallsOf<C extends string> = Extract<HostCallName, `${C}.${string}`>;
/** The calls of one capability that are about no host. */
export type PanelCallsOf<C extends string> = Extract<PanelCallName, `${C}.${string}`>;

/** One handler a call, no more and no fewer: a missing or extra one does not compile. */
export type Handlers = { readonly [N in CallName]: (input: WireInput<N>) => CallOutput<N> | Promise<CallOutput<N>> };

/** What the preload exposes as `window.ada`: one function a call, one `on…` an event. */
export type PreloadApi = {
  readonly [C in CapabilityName]: {
    readonly [N in CallName as VerbOf<N, C>]: (...args: Arguments<Wire<N, CallInput<N>>>) => Promise<Outcome<CallOutput<N>>>;
  } & {
    readonly [N in EventName as Subscriber<VerbOf<N, C>>]: (listener: (payload: WirePayload<N>) => void) => () => void;
  };
};

/** What the renderer uses: the same, with outcomes unwrapped (a failure is thrown as PanelException). */
export type Bridge = {
  readonly [C in CapabilityName]: {
    readonly [N in PanelCallName as VerbOf<N, C>]: (...args: Arguments<CallInput<N>>) => Promise<CallOutput<N>>;
  } & {
    readonly [N in EventName as Subscriber<VerbOf<N, C>>]: (listener: (payload: WirePayload<N>) => void) => () => void;
  };
};

/** The calls about one host, bound to it. */
export type HostBridge = {
  readonly [C in CapabilityOf<HostCallName>]: {
    readonly [N in HostCallName as VerbOf<N, C>]: (...args: Arguments<CallInput<N>>) => Promise<CallOutput<N>>;
  };
};

/** `gpu.samples` → { capability: 'gpu', member: 'samples' }. */
export function splitName(name: string): { readonly capability: string; readonly member: string } {
  const dot = name.indexOf('.');
  return { capability: name.slice(0, dot), member: name.slice(dot + 1) };
}

/** `samples` → `onSamples`. */
export function subscriberName(member: string): string {
  return `on${member.charAt(0).toUpperCase()}${member.slice(1)}`;
}
