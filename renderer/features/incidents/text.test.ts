import { expect, it } from 'vitest';
import { describeLength } from './text.ts';

const NOW = Date.UTC(2026, 10, 22, 14);
const WHOLE = { begin: false, end: false };

it('says how long an incident lasted, whether it still does, and what is not known of it', () => {
  const beginMs = NOW - 250_000;
  expect(describeLength({ beginMs, endMs: NOW, cut: WHOLE }, NOW)).toBe('4 min 10 s');
  expect(describeLength({ beginMs, endMs: null, cut: WHOLE }, NOW)).toBe('4 min 10 s, still');
  expect(describeLength({ beginMs, endMs: NOW, cut: { begin: true, end: false } }, NOW)).toBe('at least 4 min 10 s');
  expect(describeLength({ beginMs: NOW - 1_764_000, endMs: null, cut: WHOLE }, NOW)).toBe('29 min, still');
  expect(describeLength({ beginMs: NOW - 1_764_000, endMs: NOW, cut: WHOLE }, NOW)).toBe('29 min 24 s');
  expect(describeLength({ beginMs, endMs: beginMs, cut: WHOLE }, NOW)).toBe('');
});
