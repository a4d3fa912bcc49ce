import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../shared/capabilities/app/contract.ts';
import { groupNotices } from './notice-groups.ts';

let nextId = 1;
const notice = (message: string, at: number, part: Partial<Notice> = {}): Notice => ({
  id: nextId++,
  at,
  tone: 'warning',
  message,
  error: null,
  hostLabel: 'ada2',
  opens: null,
  ...part,
});

describe('groupNotices', () => {
  it('counts what was said before, at the place of its newest time', () => {
    const groups = groupNotices([
      notice('Connection to ada2 lost', 1),
      notice('Connected to ada2 again', 2, { tone: 'good' }),
      notice('Connection to ada2 lost', 3),
    ]);
    expect(groups.map(({ newest, count, firstAt }) => [newest.message, count, firstAt, newest.at])).toEqual([
      ['Connection to ada2 lost', 2, 1, 3],
      ['Connected to ada2 again', 1, 2, 2],
    ]);
  });

  it('takes messages that differ in their figures as the same', () => {
    expect(groupNotices([notice('Image made in 4.2 s', 1), notice('Image made in 12 s', 2)])).toMatchObject([{ count: 2 }]);
  });

  it('keeps what has a number in its name apart', () => {
    expect(
      groupNotices([notice('Installed sdxl-1.0', 1), notice('Installed sdxl-2.0', 2), notice('Xid 48', 3), notice('Xid 31', 4)]),
    ).toHaveLength(4);
  });

  it('keeps hosts, units and tones apart', () => {
    const opens = (unit: string) => ({ hostId: 'ada2', page: 'services', unit });
    expect(
      groupNotices([
        notice('stopped', 1),
        notice('stopped', 2, { hostLabel: 'ada3' }),
        notice('stopped', 3, { tone: 'info' }),
        notice('stopped', 4, { opens: opens('a.service') }),
        notice('stopped', 5, { opens: opens('b.service') }),
      ]),
    ).toHaveLength(5);
  });

  it('loses none, and is in the order of the newest', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c')), (messages) => {
        const groups = groupNotices(messages.map((message, at) => notice(message, at)));
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(messages.length);
        const times = groups.map(({ newest }) => newest.at);
        expect(times).toEqual([...times].sort((a, b) => b - a));
      }),
    );
  });
});
