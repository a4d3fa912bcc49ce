import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contrast, DARK, LIGHT, type Palette } from './palette.ts';

const RENDERER = join(dirname(fileURLToPath(import.meta.url)), '..');
const GLOBAL = readFileSync(join(RENDERER, 'theme/global.css'), 'utf8');
/** What stands out by a line of its own that is no ring: a place to drop a file. */
const DASHED = /outline:[^;]*dashed/;

const styleSheets = readdirSync(RENDERER, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.css') && entry.name !== 'global.css')
  .map((entry) => join(entry.parentPath, entry.name));

describe('the focus ring', () => {
  it('is drawn by one rule for the whole window', () => {
    const rings = styleSheets.flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => /^\s*outline:/.test(line) && !DASHED.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(rings).toEqual([]);
    expect(GLOBAL.match(/^\s*outline:/gm)).toHaveLength(1);
  });

  it.each([
    ['dark', DARK],
    ['light', LIGHT],
  ] satisfies readonly (readonly [string, Palette])[])('has 3:1 on every surface of the %s theme', (_name, palette) => {
    const name = /outline: 2px solid var\(--ada-([a-z]+)\)/.exec(GLOBAL)?.[1];
    const ring = Object.entries(palette).find(([key]) => key === name)?.[1] as string | undefined;
    expect(ring).toBeDefined();
    const surfaces = ['page', 'card', 'raised', 'accentSurface', 'badSurface', 'warningSurface', 'track'] as const;
    for (const surface of surfaces) expect(contrast(ring ?? '', palette[surface]), surface).toBeGreaterThanOrEqual(3);
  });
});
