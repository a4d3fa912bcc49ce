import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sheetLayout, sheetText } from './sheet-layout.ts';

describe('the layout of a sheet', () => {
  it('draws cells as large as their images where that fits', () => {
    const layout = sheetLayout({ columns: 2, rows: 2, hasRowLabels: true, image: { width: 512, height: 256 } });
    expect([layout.cellWidth, layout.cellHeight]).toEqual([512, 256]);
    const last = layout.cellAt(1, 1);
    expect(last.x + layout.cellWidth).toBeLessThan(layout.width);
    expect(last.y + layout.cellHeight).toBeLessThan(layout.height);
  });

  it('stays within what a canvas takes, and overlaps nothing', () => {
    const side = fc.integer({ min: 64, max: 4096 });
    const count = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(count, count, side, side, (columns, rows, width, height) => {
        const layout = sheetLayout({ columns, rows, hasRowLabels: rows > 1, image: { width, height } });
        expect(Math.max(layout.width, layout.height)).toBeLessThanOrEqual(8192);
        expect(layout.width * layout.height).toBeLessThanOrEqual(67_000_000);
        const [one, next] = [layout.cellAt(0, 0), layout.cellAt(1, 1)];
        expect(next.x - one.x).toBeGreaterThan(layout.cellWidth);
        expect(next.y - one.y).toBeGreaterThan(layout.cellHeight);
      }),
    );
  });
});

describe('the text of a sheet', () => {
  it('has the axes, and every parameter that they do not vary', () => {
    const base = {
      ...{ prompt: 'a red pear', negativePrompt: 'text', width: 512, height: 512, steps: 20, guidance: 7 },
      ...{ seed: 3, model: 'Dreamshaper 8', scheduler: null, count: 1 },
    };
    const sweep = { x: { parameter: 'steps', values: ['10', '20'] }, y: { parameter: 'words', values: ['red', 'green'] } } as const;
    expect(sheetText({ x: { ...sweep.x, values: ['10', '20'] }, y: { ...sweep.y, values: ['red', 'green'] } }, base)).toBe(
      [
        'a red pear',
        'Negative prompt: text',
        'CFG scale: 7, Seed: 3, Size: 512x512, Model: Dreamshaper 8',
        'Columns: Steps = 10 | 20',
        'Rows: Prompt words = red | green',
      ].join('\n'),
    );
  });
});
