import { describe, expect, it } from 'vitest';
import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { parseXid } from './xid.ts';
import { withXid } from './xid-list.ts';

const WITH_NUMBER = "NVRM: Xid (PCI:0000:21:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.";
const WITHOUT = 'NVRM: GPU 0000:21:00.0: GPU has fallen off the bus.';
const NAMELESS = 'NVRM: fallen off the bus.';
const OTHER_CARD = 'NVRM: Xid (PCI:0000:41:00): 79, pid=1, GPU has fallen off the bus.';
const FAULT = 'NVRM: Xid (PCI:0000:21:00): 31, pid=1, fault';

const reported = (...lines: readonly (readonly [text: string, at: number])[]): readonly XidEvent[] =>
  lines.reduce<readonly XidEvent[]>((known, [text, at]) => {
    const xid = parseXid(text, at);
    return xid === null ? known : withXid(known, xid);
  }, []);

describe('the list of Xids', () => {
  it.each([[WITHOUT], [NAMELESS]])('takes a lost GPU once, whichever line comes first', (second) => {
    expect(reported([WITH_NUMBER, 1000], [second, 1001])).toMatchObject([{ xid: 79, at: 1000 }]);
    // The time stays, or it would be told of once more.
    expect(reported([second, 1000], [WITH_NUMBER, 1001])).toMatchObject([{ xid: 79, at: 1000, busId: '0000:21:00' }]);
  });

  it('stays the same array when the kernel log is read again from its beginning', () => {
    const lines = [
      [WITHOUT, 1000],
      [WITH_NUMBER, 1001],
      [FAULT, 2000],
    ] as const;
    const once = reported(...lines);
    expect(once).toHaveLength(2);
    for (const [text, at] of lines) {
      const xid = parseXid(text, at);
      if (xid !== null) expect(withXid(once, xid)).toBe(once);
    }
  });

  it('keeps apart another card, a later loss and other errors', () => {
    expect(reported([WITH_NUMBER, 1000], [OTHER_CARD, 1001])).toHaveLength(2);
    expect(reported([WITH_NUMBER, 1000], [WITHOUT, 60_000])).toHaveLength(2);
    expect(reported([WITH_NUMBER, 1000], [FAULT, 1001], [FAULT, 1002])).toHaveLength(3);
  });

  it('keeps the newest hundred, also when it hears of older ones again', () => {
    const old = parseXid(FAULT, 3);
    const many = reported(...Array.from({ length: 130 }, (_none, index) => [FAULT, index] as const));
    expect(many.map((xid) => xid.at)).toEqual(Array.from({ length: 100 }, (_none, index) => index + 30));
    expect(old === null ? null : withXid(many, old)).toBe(many);
  });
});
