import { describe, expect, it } from 'vitest';
import type { LastKnown } from '../../foundation/files/last-known.ts';
import { createDismissals } from './dismissals.ts';

/** What is remembered, without a disk. */
function memory(saved: unknown = null) {
  const store: { value: unknown } = { value: saved };
  const lastKnown: Pick<LastKnown, 'recall' | 'remember'> = {
    recall: () => store.value,
    remember: (_hostId, _key, value) => {
      store.value = value;
    },
  };
  return { store, dismissals: () => createDismissals({ hostId: 'h', lastKnown }) };
}

describe('dismissals', () => {
  it('are saved, and replaced by a later occurrence', () => {
    const { dismissals } = memory();
    dismissals().dismiss('xid', 'a');
    const again = dismissals();
    again.dismiss('xid', 'b');
    expect(dismissals().read()).toEqual({ xid: 'b' });
    again.restore();
    expect(dismissals().read()).toEqual({});
  });

  it('are pushed to whoever listens', () => {
    const room = memory({ xid: 'a' }).dismissals();
    const pushed: unknown[] = [];
    room.onChange((next) => pushed.push(next));
    room.dismiss('shim', 'b');
    room.restore();
    expect(pushed).toEqual([{ xid: 'a', shim: 'b' }, {}]);
  });

  it('survive a file that holds something else, and take no reserved name', () => {
    const { dismissals } = memory([1, 2]);
    const room = dismissals();
    room.dismiss('constructor', 'a');
    expect(room.read()).toEqual({});
  });

  it('do not grow without end', () => {
    const room = memory().dismissals();
    for (let at = 0; at < 300; at += 1) room.dismiss(`problem-${at}`, '');
    const ids = Object.keys(room.read());
    expect(ids).toHaveLength(200);
    expect(ids.at(-1)).toBe('problem-299');
  });
});
