import type { z } from 'zod';
import { appCalls, appEvents } from '../capabilities/app/contract.ts';
import { comfyUiCalls, comfyUiEvents } from '../capabilities/comfyui/contract.ts';
import { gatewayCalls, gatewayEvents } from '../capabilities/gateway/contract.ts';
import { gpuCalls, gpuEvents } from '../capabilities/gpu/contract.ts';
import { historyCalls } from '../capabilities/history/contract.ts';
import { hostCalls, hostEvents } from '../capabilities/hosts/contract.ts';
import { imageCalls, imageEvents } from '../capabilities/images/contract.ts';
import { journalCalls, journalEvents } from '../capabilities/journal/contract.ts';
import { modelCalls, modelEvents } from '../capabilities/models/contract.ts';
import { serviceCalls, serviceEvents } from '../capabilities/services/contract.ts';
import { settingsCalls, settingsEvents } from '../capabilities/settings/contract.ts';
import type { Outcome } from './define.ts';

/** The whole IPC surface: everything else (handlers, preload, bridge, query keys) is derived from these two lists. */
export const calls = [
  ...appCalls,
  ...hostCalls,
  ...gpuCalls,
  ...historyCalls,
  ...serviceCalls,
  ...journalCalls,
  ...gatewayCalls,
  ...imageCalls,
  ...modelCalls,
  ...comfyUiCalls,
  ...settingsCalls,
] as const;
export const events = [
  ...appEvents,
  ...hostEvents,
  ...gpuEvents,
  ...serviceEvents,
  ...journalEvents,
  ...gatewayEvents,
  ...imageEvents,
  ...modelEvents,
  ...comfyUiEvents,
  ...settingsEvents,
] as const;

type AnyCall = (typeof calls)[number];
type AnyEvent = (typeof events)[number];

export type CallName = AnyCall['name'];
export type EventName = AnyEvent['name'];

type CallOf<N extends CallName> = Extract<AnyCall, { name: N }>;
type EventOf<N extends EventName> = Extract<AnyEvent, { name: N }>;

/** What the renderer sends for a call. */
export type CallInput<N extends CallName> = z.input<CallOf<N>['input']>;
/** What a handler gets, after parsing. */
export type ParsedInput<N extends CallName> = z.output<CallOf<N>['input']>;
export type CallOutput<N extends CallName> = z.output<CallOf<N>['output']>;
export type EventPayload<N extends EventName> = z.output<EventOf<N>['payload']>;

type CapabilityOf<N extends string> = N extends `${infer C}.${string}` ? C : never;
type VerbOf<N extends string, C extends string> = N extends `${C}.${infer V}` ? V : never;
type Arguments<I> = [I] extends [undefined] ? [] : [input: I];
/** `samples` becomes `onSamples`. */
type Subscriber<V extends string> = `on${Capitalize<V>}`;

/** One handler a call, no more and no fewer: a missing or extra one does not compile. */
export type Handlers = { readonly [N in CallName]: (input: ParsedInput<N>) => CallOutput<N> | Promise<CallOutput<N>> };

/** What the preload exposes as `window.ada`: one function a call, one `on…` an event. */
export type PreloadApi = {
  readonly [C in CapabilityOf<CallName | EventName>]: {
    readonly [N in CallName as VerbOf<N, C>]: (...args: Arguments<CallInput<N>>) => Promise<Outcome<CallOutput<N>>>;
  } & {
    readonly [N in EventName as Subscriber<VerbOf<N, C>>]: (listener: (payload: EventPayload<N>) => void) => () => void;
  };
};

/** What the renderer uses: the same, with outcomes unwrapped (a failure is thrown as PanelException). */
export type Bridge = {
  readonly [C in CapabilityOf<CallName | EventName>]: {
    readonly [N in CallName as VerbOf<N, C>]: (...args: Arguments<CallInput<N>>) => Promise<CallOutput<N>>;
  } & {
    readonly [N in EventName as Subscriber<VerbOf<N, C>>]: (listener: (payload: EventPayload<N>) => void) => () => void;
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
