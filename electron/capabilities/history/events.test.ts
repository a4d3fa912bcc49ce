import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HistoryEvent, SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import type { HistoryStore } from './source.ts';
import { openHistory } from './store.ts';

const HOST = 'ada2';
const START = 1_800_000_000_000;
const event = (kind: HistoryEvent['kind'], at: number): HistoryEvent => ({ kind, subject: 'x', at, state: 'changed', detail: null });

describe('events of the store', () => {
  let folder = '';
  let store: HistoryStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-events-'));
    store = openHistory({ file: join(folder, 'h.sqlite'), keepDays: () => 14, log: silentLogger, now: () => START });
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const within = (): HistoryEvent[] => store.events({ hostId: HOST, fromMs: START - 100_000_000, toMs: START });

  it('keep a rare kind beside thousands of a frequent one, whether on disk or not', () => {
    const rare = [event('xid', START - 9_000_000), event('image', START - 8_000_000)];
    for (const one of rare) store.recordEvent(HOST, one);
    for (let i = 0; i < 3_000; i += 1) {
      store.recordEvent(HOST, event('backend', START - 3_000 + i));
      if (i % 400 === 0) store.flush();
    }
    for (const _look of ['partly in memory', 'on disk']) {
      const found = within();
      expect(found).toHaveLength(SERIES_LIMITS.events);
      expect(found.slice(0, 2)).toEqual(rare);
      expect(found.at(-1)?.at).toBe(START - 1);
      expect(found[2]?.at).toBe(START - (SERIES_LIMITS.events - 2));
      store.flush();
    }
  });

  it('are all there, in the order of their times, while they are few', () => {
    const few = [event('unit', START - 2), event('gateway', START - 3), event('image', START - 1)];
    for (const one of few) store.recordEvent(HOST, one);
    store.recordEvent('other', event('xid', START - 1));
    expect(within().map(({ kind }) => kind)).toEqual(['gateway', 'unit', 'image']);
    store.flush();
    expect(within().map(({ kind }) => kind)).toEqual(['gateway', 'unit', 'image']);
  });
});
