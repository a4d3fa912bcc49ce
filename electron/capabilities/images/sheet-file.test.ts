import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { readText } from '../gallery/png.ts';
import { sheetFile, sheetName } from './sheet-file.ts';

describe('the file of a sheet', () => {
  it('says what it is of, in every script', () => {
    const png = Buffer.from(encode({ width: 8, height: 8, data: new Uint8Array(192), channels: 3 }));
    const file = sheetFile(png, 'りんご\nColumns: Steps = 10 | 20');
    expect(readText(file, 'parameters')).toBe('りんご\nColumns: Steps = 10 | 20');
    expect(sheetName(Date.UTC(2026, 0, 2, 3, 4, 5))).toBe('sweep-20260102-030405.png');
  });

  it('is nothing but a PNG', () => {
    expect(() => sheetFile(Buffer.from('GIF89a'), '')).toThrow('could not be drawn');
  });
});
