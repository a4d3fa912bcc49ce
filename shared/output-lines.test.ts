import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputLines } from './output-lines.ts';

describe('outputLines', () => {
  it('answers what split does, without empty lines and line ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n', ',') }), (text) => {
        expect(outputLines(text)).toEqual(
          text
            .split('\n')
            .map((line) => line.replace(/\r$/, ''))
            .filter((line) => line !== ''),
        );
      }),
    );
  });

  it('bounds the lines and their lengths', () => {
    expect(outputLines('a\n'.repeat(1_000_000))).toHaveLength(5_000);
    expect(outputLines('a'.repeat(1_000_000))[0]).toHaveLength(8_192);
  });
});
