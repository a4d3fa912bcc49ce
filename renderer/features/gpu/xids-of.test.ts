import { describe, expect, it } from 'vitest';
import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { KERNEL_LOG } from './text.ts';
import { xidsOf } from './xids-of.ts';

const xid = (busId: string, at = 1): XidEvent => ({ at, busId, xid: 79, text: '', meaning: '', action: '' });

describe('the errors of one GPU', () => {
  it('tells cards apart by their PCI domain', () => {
    const xids = [xid('0001:00:00')];
    expect(xidsOf({ busId: '00000001:00:00.0' }, xids)).toHaveLength(1);
    expect(xidsOf({ busId: '00000002:00:00.0' }, xids)).toEqual([]);
  });

  it('shows an error without a place on every card, newest first', () => {
    const xids = [xid('', 1), xid('0000:41:00', 2)];
    expect(xidsOf({ busId: '00000000:41:00.0' }, xids).map(({ at }) => at)).toEqual([2, 1]);
    expect(xidsOf({ busId: '00000000:21:00.0' }, xids).map(({ at }) => at)).toEqual([1]);
    expect(xidsOf({ busId: null }, xids)).toHaveLength(2);
  });

  it('says that there are none only where the log was read', () => {
    const good = Object.entries(KERNEL_LOG).filter(([, { tone }]) => tone === 'good');
    expect(good.map(([state]) => state)).toEqual(['read']);
  });
});
