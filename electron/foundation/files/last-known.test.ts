import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../log/log.ts';
import { openLastKnown } from './last-known.ts';
import { createSaveMonitor } from './save-monitor.ts';

let folder: string;
const open = () => openLastKnown({ file: join(folder, 'last-known.json'), log: silentLogger });

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'ada-panel-last-known-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe('last known state', () => {
  it('outlives the panel, typed arrays and unknown numbers in it', () => {
    const before = open();
    before.remember('ada2', 'gpu', { latest: Float64Array.of(1, Number.NaN), text: 'x' });
    before.flush();
    expect(open().recall('ada2', 'gpu')).toEqual({ latest: Float64Array.of(1, Number.NaN), text: 'x' });
    expect(open().recall('ada2', 'services')).toBeUndefined();
    expect(open().recall('ada3', 'gpu')).toBeUndefined();
  });

  it('is on disk within fifteen seconds without being told to', () => {
    open().remember('ada2', 'gpu', 1);
    vi.advanceTimersByTime(15_000);
    expect(open().recall('ada2', 'gpu')).toBe(1);
  });

  it('forgets one host and keeps the others', () => {
    const known = open();
    known.remember('ada2', 'gpu', 1);
    known.remember('ada3', 'gpu', 2);
    known.clear('ada2');
    known.flush();
    expect(open().recall('ada2', 'gpu')).toBeUndefined();
    expect(open().recall('ada3', 'gpu')).toBe(2);
  });

  it.each(['', '{"ada2":', '[]', 'null', '{"ada2":7}'])('begins anew with a document that reads %j', (text) => {
    writeFileSync(join(folder, 'last-known.json'), text);
    const known = open();
    expect(known.recall('ada2', 'gpu')).toBeUndefined();
    known.remember('ada2', 'gpu', 1);
    known.flush();
    expect(JSON.parse(readFileSync(join(folder, 'last-known.json'), 'utf8'))).toEqual({ ada2: { gpu: 1 } });
  });

  it('goes on in memory where the folder cannot be written', () => {
    const saves = createSaveMonitor();
    const known = openLastKnown({ file: '/dev/null/last-known.json', saves, log: silentLogger });
    known.remember('ada2', 'gpu', 1);
    known.flush();
    expect(known.recall('ada2', 'gpu')).toBe(1);
    expect(saves.currentError()).toMatchObject({ code: 'not-saved', facts: { files: '/dev/null/last-known.json' } });
  });
});
