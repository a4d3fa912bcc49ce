import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../features/journal/test-entries.ts';
import { Intake } from './intake.ts';
import { LogBuffer } from './log-buffer.ts';

const batch = (from: number, count: number) => ({ streamId: 's', entries: [...entriesOf(from, count)], mark: null });

describe('Intake', () => {
  it('counts an entry as received only once it was taken in', () => {
    const intake = new Intake(new LogBuffer(100_000), 50_000);
    intake.push(batch(0, 6000));
    intake.push(batch(6000, 6000));
    expect(intake.received).toBe(0);
    expect(intake.drain(null).waiting).toBe('next-frame');
    expect(intake.received).toBe(6000);
    expect(intake.drain(null).waiting).toBe('none');
    expect(intake.received).toBe(12_000);
  });

  it('keeps to its live rows while it follows', () => {
    const buffer = new LogBuffer(120);
    const intake = new Intake(buffer, 100);
    for (let at = 0; at < 10; at += 1) {
      intake.push(batch(at * 30, 30));
      intake.drain(null);
    }
    expect(buffer.length).toBe(100);
  });

  it('holds back in place of dropping what is being read', () => {
    const buffer = new LogBuffer(120);
    const intake = new Intake(buffer, 100);
    intake.push(batch(0, 100));
    intake.drain(null);
    const pin = buffer.firstSeq + 50;
    intake.push(batch(100, 20));
    expect(intake.drain(pin).waiting).toBe('none');
    intake.push(batch(120, 20));
    expect(intake.drain(pin).waiting).toBe('pinned');
    expect(intake.received).toBe(120);
    expect(buffer.at(pin)).toBeDefined();
    expect(intake.drain(null).waiting).toBe('none');
    expect(intake.received).toBe(140);
  });

  it('puts a mark before the lines it came with', () => {
    const buffer = new LogBuffer(10);
    const intake = new Intake(buffer, 10);
    intake.push({ ...batch(0, 1), mark: { kind: 'gap', at: 1, message: 'gap' } });
    intake.drain(null);
    expect(buffer.at(buffer.firstSeq)?.kind).toBe('mark');
  });

  it('takes in every entry exactly once, whatever the batches and pauses', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()), { maxLength: 40 }), (steps) => {
        const buffer = new LogBuffer(400);
        const intake = new Intake(buffer, 300);
        let next = 0;
        for (const [count, isPaused] of steps) {
          intake.push(batch(next, count));
          next += count;
          intake.drain(isPaused ? buffer.firstSeq : null);
        }
        while (intake.queued > 0) intake.drain(null);
        expect(intake.received).toBe(next);
        // Seqs are handed out one a row: as many as there were entries.
        expect(buffer.endSeq).toBe(next);
      }),
    );
  });
});
