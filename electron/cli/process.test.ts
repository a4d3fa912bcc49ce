import { expect, it } from 'vitest';
import { toPanelError } from '../../shared/errors.ts';
import { CHECKS_WORDS, createInterruption } from './process.ts';

it('cancels at the first Ctrl+C with words of its own, and leaves at the second with the status of checks that did not run', () => {
  const notes: string[] = [];
  const codes: number[] = [];
  const { interrupt, signal } = createInterruption(CHECKS_WORDS, { note: (line) => notes.push(line), exit: (code) => codes.push(code) });
  interrupt();
  expect(toPanelError(signal.reason)).toMatchObject({ code: 'command-line-cancelled', message: 'Cancelled.' });
  expect([notes.length, codes]).toEqual([1, []]);
  interrupt();
  expect(notes[1]).toContain('Left.');
  expect(codes).toEqual([3]);
});
