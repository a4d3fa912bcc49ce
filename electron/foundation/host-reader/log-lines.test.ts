import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJournalLine } from './log-lines.ts';

describe('lines of a log', () => {
  it('are read as journalctl prints them', () => {
    expect(readJournalLine('1764277455.123456 ada2 python[4242]: torch.OutOfMemoryError: CUDA out of memory.')).toEqual({
      atMs: 1_764_277_455_123.456,
      program: 'python',
      text: 'torch.OutOfMemoryError: CUDA out of memory.',
    });
    expect(readJournalLine('1764277455.1 ada2 kernel: NVRM: Xid (PCI:0000:41:00): 79, x')).toMatchObject({
      program: 'kernel',
      text: 'NVRM: Xid (PCI:0000:41:00): 79, x',
    });
    expect(readJournalLine('1764277455.1 ada2 my job[7]: \u001b[31mred\u001b[0m')).toMatchObject({ program: 'my job', text: 'red' });
    expect(readJournalLine('-- No entries --')).toBeNull();
  });

  it('never throw', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void readJournalLine(text)));
  });
});
