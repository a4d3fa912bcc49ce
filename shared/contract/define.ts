import type { z } from 'zod';
import type { PanelError } from '../errors.ts';

/** One request the renderer may make. `name` is `capability.verb`. */
export interface CallDefinition<N extends string, I extends z.ZodType, O extends z.ZodType> {
  readonly kind: 'call';
  readonly name: N;
  readonly input: I;
  readonly output: O;
}

/** One push from the main process. `name` is `capability.noun`. */
export interface EventDefinition<N extends string, P extends z.ZodType> {
  readonly kind: 'event';
  readonly name: N;
  readonly payload: P;
}

/** Declares a call: what the renderer sends, what the main process answers. */
export function call<const N extends `${string}.${string}`, I extends z.ZodType, O extends z.ZodType>(
  name: N,
  input: I,
  output: O,
): CallDefinition<N, I, O> {
  return { kind: 'call', name, input, output };
}

/** Declares an event the main process pushes to the renderer. */
export function event<const N extends `${string}.${string}`, P extends z.ZodType>(name: N, payload: P): EventDefinition<N, P> {
  return { kind: 'event', name, payload };
}

/** What crosses the bridge: errors are data, never exceptions. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PanelError };
