import { expect, it } from 'vitest';
import type { ConnectionState } from '../../../shared/capabilities/hosts/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { Transport } from '../ssh/transport.ts';
import { whileOnline } from './while-online.ts';

const online = (since: number, roundTripMs: number | null = null): ConnectionState => ({ kind: 'online', since, roundTripMs });

function setUp(first: ConnectionState) {
  const changes = createEmitter<Transport['snapshot']>();
  let snapshot: Transport['snapshot'] = { hostId: 'ada2', state: first, changedAt: 0 };
  const runs: AbortSignal[] = [];
  const transport = {
    get snapshot() {
      return snapshot;
    },
    onChange: changes.on,
  };
  return {
    runs,
    changes,
    stop: whileOnline(transport, (signal) => runs.push(signal)),
    become: (state: ConnectionState) => {
      snapshot = { ...snapshot, state };
      changes.emit(snapshot);
    },
  };
}

it('runs over the present connection and over each later one, and ends with it', () => {
  const t = setUp(online(1));
  expect(t.runs).toHaveLength(1);
  t.become({ kind: 'offline' });
  expect(t.runs[0]?.aborted).toBe(true);
  t.become({ kind: 'connecting', attempt: 1 });
  expect(t.runs).toHaveLength(1);
  t.become(online(2));
  expect(t.runs.map((signal) => signal.aborted)).toEqual([true, false]);
});

it('does not begin again when only the round trip was measured', () => {
  const t = setUp(online(1));
  t.become(online(1, 20));
  expect(t.runs.map((signal) => signal.aborted)).toEqual([false]);
});

it('ends the run before when one connection follows another directly', () => {
  const t = setUp(online(1));
  t.become(online(2));
  expect(t.runs.map((signal) => signal.aborted)).toEqual([true, false]);
});

it('waits for a connection, and after stop runs no more', () => {
  const t = setUp({ kind: 'offline' });
  expect(t.runs).toHaveLength(0);
  t.become(online(1));
  t.stop();
  expect(t.runs.map((signal) => signal.aborted)).toEqual([true]);
  expect(t.changes.listenerCount).toBe(0);
});
