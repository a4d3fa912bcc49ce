import { describe, expect, it } from 'vitest';
import {
  type Bridge,
  type CallName,
  calls,
  type EventName,
  events,
  type Handlers,
  type HostBridge,
  type HostCallName,
  type PanelCallName,
  type PreloadApi,
  splitName,
  subscriberName,
} from './index.ts';

/** Compiles only for `true`: the assertions below are checked by the compiler, in every build. */
type Proof<T extends true> = T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Fits<A, B> = A extends B ? true : false;
type Names<A> = { [C in keyof A & string]: `${C}.${keyof A[C] & string}` }[keyof A & string];
type Subscribed = EventName extends infer N ? (N extends `${infer C}.${infer V}` ? `${C}.on${Capitalize<V>}` : never) : never;

type Proofs = [
  // Exactly one handler a call: none missing, none extra.
  Proof<Same<keyof Handlers, CallName>>,
  Proof<Same<Fits<Omit<Handlers, 'app.info'>, Handlers>, false>>,
  // The preload and the bridge have a member for every name, and no other.
  Proof<Same<Names<PreloadApi>, CallName | Subscribed>>,
  Proof<Same<Names<Bridge>, PanelCallName | Subscribed>>,
  Proof<Same<Names<HostBridge>, HostCallName>>,
  // A handler that answers the wrong thing does not fit.
  Proof<Same<Fits<Omit<Handlers, 'app.info'> & { 'app.info': () => number }, Handlers>, false>>,
];

describe('the contract', () => {
  it('holds in its types', () => {
    const proofs: Proofs = [true, true, true, true, true, true];
    expect(proofs).not.toContain(false);
  });

  it('names every call and event once, as capability.member', () => {
    const names = [...calls, ...events].map((entry) => entry.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+\.[a-z][A-Za-z]*$/);
  });

  it('does not let a subscriber collide with a call', () => {
    const callNames = new Set<string>(calls.map((entry) => entry.name));
    for (const { name } of events) {
      const { capability, member } = splitName(name);
      expect(callNames.has(`${capability}.${subscriberName(member)}`)).toBe(false);
    }
  });

  it('refuses what is not asked for', () => {
    const act = calls.find((entry) => entry.name === 'services.act');
    expect(act?.input.safeParse({ unit: 'invokeai.service', verb: 'start' }).success).toBe(true);
    for (const bad of [
      undefined,
      {},
      { unit: 'x; rm -rf /', verb: 'start' },
      { unit: '-h.service', verb: 'start' },
      { unit: 'a.service', verb: 'kill' },
    ]) {
      expect(act?.input.safeParse(bad).success).toBe(false);
    }
  });
});
