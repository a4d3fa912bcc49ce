import type { z } from 'zod';
import type { PanelError } from '../errors.ts';

/** One request the renderer may make. `name` is `capability.verb`. */
export interface CallDefinition<N extends string, I extends z.ZodType, O extends z.ZodType> {
  readonly kind: 'call';
  readonly name: N;
  readonly input: I;
  readonly output: O;
}

/** One request about one host: what crosses the bridge is {@link OfHost} of the input. */
export interface HostCallDefinition<N extends string, I extends z.ZodType, O extends z.ZodType> {
  readonly kind: 'host-call';
  readonly name: N;
  readonly input: I;
  readonly output: O;
}

/** Something of one host, and which. */
export interface OfHost<T> {
  readonly hostId: string;
  readonly value: T;
}

/** One push from the main process. `name` is `capability.noun`. */
export interface EventDefinition<N extends string, P extends z.ZodType> {
  readonly kind: 'event';
  readonly name: N;
  readonly payload: P;
}

/** One push about one host: what crosses the bridge is {@link OfHost} of the payload. */
export interface HostEventDefinition<N extends string, P extends z.ZodType> {
  readonly kind: 'host-event';
  readonly name: N;
  readonly payload: P;
}

/** Declares a call that is about no host: what the renderer sends, what the main process answers. */
export function call<const N extends `${string}.${string}`, I extends z.ZodType, O extends z.ZodType>(
  name: N,
  input: I,
  output: O,
): CallDefinition<N, I, O> {
  return { kind: 'call', name, input, output };
}

/** Declares a call about one host, which the caller names; its handler receives that host's room. */
export function hostCall<const N extends `${string}.${string}`, I extends z.ZodType, O extends z.ZodType>(
  name: N,
  input: I,
  output: O,
): HostCallDefinition<N, I, O> {
  return { kind: 'host-call', name, input, output };
}

/** Declares an event about one host. */
export function hostEvent<const N extends `${string}.${string}`, P extends z.ZodType>(name: N, payload: P): HostEventDefinition<N, P> {
  return { kind: 'host-event', name, payload };
}

/** Declares an event the main process pushes to the renderer. */
export function event<const N extends `${string}.${string}`, P extends z.ZodType>(name: N, payload: P): EventDefinition<N, P> {
  return { kind: 'event', name, payload };
}

/** What crosses the bridge: errors are data, never exceptions. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PanelError };
