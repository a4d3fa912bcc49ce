import { describe, expect, it } from 'vitest';
import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { createXidReader, parseXid } from './xid.ts';
import { withCauses, withXid } from './xid-list.ts';

const record = (message: string, atMs = 1_700_000_000_000): string =>
  JSON.stringify({ MESSAGE: message, __REALTIME_TIMESTAMP: String(atMs * 1000) });
const list = (...messages: readonly (readonly [text: string, at: number])[]): readonly XidEvent[] =>
  messages.reduce<readonly XidEvent[]>((known, [text, at]) => {
    const xid = parseXid(text, at);
    return xid === null ? known : withXid(known, xid);
  }, []);

describe('parseXid', () => {
  it.each([
    ['NVRM: Xid (PCI:0001:00:00): 79, pid=1, name=python, GPU has fallen off the bus.', '0001:00:00', 79],
    ["NVRM: Xid (PCI:0000:01:00 GPU-I:05): 94, pid='<unknown>', name=<unknown>, Contained", '0000:01:00', 94],
    ['NVRM: Xid (0000:02:00): 13, 0003 00000000', '0000:02:00', 13],
    [
      'NVRM: The NVIDIA GPU 0000:05:00.0\nNVRM: (PCI ID: 10de:2204) installed in this system has\nNVRM: fallen off the bus and is not responding to commands.',
      '0000:05:00.0',
      null,
    ],
    ['first line\nNVRM: Xid (PCI:0000:21:00): 31, pid=1\nlast line', '0000:21:00', 31],
    ['NVRM: fallen off the bus and is not responding to commands.', '', null],
  ])('%j', (message, busId, xid) => {
    expect(parseXid(message, 1)).toMatchObject({ busId, xid });
  });

  it.each(['NVRM: loading NVIDIA UNIX x86_64 Kernel Module', 'usb 1-1: fallen off the bus', 'NVRM: Xid (PCI:0000:21:00): none'])(
    '%j is no GPU error',
    (message) => {
      expect(parseXid(message, 1)).toBeNull();
    },
  );

  it('cuts what the kernel says, and shows no control characters', () => {
    const xid = parseXid(`NVRM: Xid (PCI:0000:21:00): 31, pid=1, name=\u202e\u001b[31m${'x'.repeat(100_000)}`, 1);
    expect(xid?.text.length).toBeLessThanOrEqual(2_000);
    expect(xid?.text).toMatch(/^NVRM: Xid \(PCI:0000:21:00\): 31, pid=1, name=x+…$/);
  });

  it.each([
    [145, /NVLink/, /./],
    [149, /NVLink/, /./],
    [171, /ECC/, /./],
    [999, /Unknown/, /999/],
  ])('has words for Xid %i', (number, meaning, action) => {
    expect(parseXid(`NVRM: Xid (PCI:0000:21:00): ${number}, x`, 1)).toMatchObject({
      meaning: expect.stringMatching(meaning),
      action: expect.stringMatching(action),
    });
  });

  it.each([
    ['GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)', 'Reboot the host.'],
    ['GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)', 'Stop what uses the GPU and reset it, or reboot the host.'],
    ['GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)', 'No action needed.'],
  ])('takes the remedy of Xid 154 from its text: %s', (text, action) => {
    expect(parseXid(`NVRM: Xid (PCI:0000:21:00): 154, ${text}`, 1)?.action).toBe(action);
  });
});

describe('a GPU that is lost in several records', () => {
  it('is placed by the record before', () => {
    const read = createXidReader();
    expect(read(record('NVRM: The NVIDIA GPU 0000:05:00.0'))).toBeNull();
    expect(read(record('NVRM: (PCI ID: 10de:2204) installed in this system has'))).toBeNull();
    expect(read(record('NVRM: fallen off the bus and is not responding to commands.'))).toMatchObject({ xid: null, busId: '0000:05:00.0' });
  });

  it('is not placed by an older one', () => {
    const read = createXidReader();
    read(record('NVRM: GPU 0000:05:00.0: rm_init_adapter failed', 1_700_000_000_000));
    expect(read(record('NVRM: fallen off the bus.', 1_700_000_060_000))).toMatchObject({ busId: '' });
  });
});

describe('an Xid that follows another one', () => {
  const CAUSE = 'NVRM: Xid (PCI:0000:21:00): 48, pid=1, DBE';
  const FOLLOWER = 'NVRM: Xid (PCI:0000:21:00): 45, pid=1, Ch 00000008';

  it('has the remedy of its cause, whichever came first', () => {
    for (const events of [list([CAUSE, 1000], [FOLLOWER, 1500]), list([FOLLOWER, 1000], [CAUSE, 1500])]) {
      const caused = withCauses(events).find(({ xid }) => xid === 45);
      expect(caused?.action).toBe('Caused by Xid 48. Stop what uses the GPU and reset it, or reboot the host.');
    }
  });

  it('keeps its own on another card, at another time, and alone', () => {
    const own = parseXid(FOLLOWER, 1)?.action;
    expect(withCauses(list([CAUSE.replace(':21:', ':41:'), 1000], [FOLLOWER, 1500])).at(-1)?.action).toBe(own);
    expect(withCauses(list([CAUSE.replace('0000:21', '0001:21'), 1000], [FOLLOWER, 1500])).at(-1)?.action).toBe(own);
    expect(withCauses(list([CAUSE, 1000], [FOLLOWER, 60_000])).at(-1)?.action).toBe(own);
    expect(withCauses(list([FOLLOWER, 1000])).at(-1)?.action).toBe(own);
  });
});
