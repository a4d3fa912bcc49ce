import { describe, expect, it } from 'vitest';
import { entriesOf, entryOf } from '../../features/journal/test-entries.ts';
import { LogBuffer } from './log-buffer.ts';
import { LogView, PLAIN_VIEW, passesLevel } from './log-view.ts';

const never = (): boolean => false;

function texts(view: LogView): readonly string[] {
  view.step(never);
  return Array.from({ length: view.rows.length }, (_, at) => {
    const row = view.buffer.at(view.rows.seqAt(at));
    return row?.kind === 'entry' ? row.entry.text : `[${row?.mark.message}]`;
  });
}

const query = (text: string) => ({ text, regex: false, matchCase: false });

describe('LogView', () => {
  it('shows marks whatever is filtered', () => {
    const view = new LogView(new LogBuffer(100));
    view.buffer.append([entryOf(1), entryOf(2, { severity: 'error', text: 'bad' })]);
    view.buffer.appendMark({ kind: 'reconnected', at: 0, message: 'back' });
    view.setOptions({ ...PLAIN_VIEW, level: 'error' });
    expect(texts(view)).toEqual(['bad', '[back]']);
  });

  it('passes a level and those that are worse', () => {
    expect(passesLevel(entryOf(1, { severity: 'error' }), 'warning')).toBe(true);
    expect(passesLevel(entryOf(1, { severity: 'warning' }), 'error')).toBe(false);
    expect(passesLevel(entryOf(1, { severity: 'debug' }), 'info')).toBe(false);
    expect(passesLevel(entryOf(1, { severity: 'debug' }), 'all')).toBe(true);
  });

  it('narrows lines and matches by filters, and a traceback stays whole', () => {
    const view = new LogView(new LogBuffer(100));
    view.buffer.append([
      entryOf(1, { pid: 1 }),
      entryOf(2, { pid: 2, groupCursor: 'c2' }),
      entryOf(3, { pid: 3, groupCursor: 'c2' }),
      entryOf(4, { pid: 4 }),
    ]);
    view.setOptions({ ...PLAIN_VIEW, filters: [{ field: 'pid', value: '2', isOut: false }], query: { ...PLAIN_VIEW.query, text: 'line' } });
    view.step(() => false);
    expect(Array.from({ length: view.rows.length }, (_, at) => view.rows.seqAt(at))).toEqual([1, 2]);
    expect(view.matches.length).toBe(1);
  });

  it('folds a traceback to its first line, one of them or all but one', () => {
    const view = new LogView(new LogBuffer(100));
    const trace = (n: number) => [entryOf(n, { groupCursor: `c${n}` }), entryOf(n + 1, { groupCursor: `c${n}` })];
    view.buffer.append([...trace(1), ...trace(3)]);
    view.setOptions({ ...PLAIN_VIEW, foldExceptions: new Set(['c1']) });
    expect(texts(view)).toEqual(['line 1', 'line 3', 'line 4']);
    view.setOptions({ ...PLAIN_VIEW, foldAll: true, foldExceptions: new Set(['c1']) });
    expect(texts(view)).toEqual(['line 1', 'line 2', 'line 3']);
  });

  it('keeps folded lines folded when only matches are shown', () => {
    const view = new LogView(new LogBuffer(100));
    view.buffer.append([entryOf(1, { groupCursor: 'c1' }), entryOf(2, { groupCursor: 'c1', text: 'CUDA' }), entryOf(3)]);
    view.setOptions({ ...PLAIN_VIEW, query: query('cuda'), onlyMatches: true });
    expect(texts(view)).toEqual(['line 1', 'CUDA']);
    view.setOptions({ ...view.options, foldAll: true });
    expect(texts(view)).toEqual(['line 1']);
  });

  it('goes from match to match and round the ends', () => {
    const view = new LogView(new LogBuffer(100));
    view.buffer.append(entriesOf(0, 30));
    view.setOptions({ ...PLAIN_VIEW, query: query('line 1') });
    view.step(never);
    expect(view.matches.length).toBe(11);
    const at = (n: number) => view.buffer.firstSeq + n;
    expect(view.nextMatch(at(1), 'next')).toBe(at(10));
    expect(view.nextMatch(at(1), 'previous')).toBe(at(19));
    expect(view.nextMatch(at(19), 'next')).toBe(at(1));
    expect(view.nextMatch(at(-5), 'next')).toBe(at(1));
  });

  it('keeps showing everything while a pattern is not valid', () => {
    const view = new LogView(new LogBuffer(100));
    view.buffer.append(entriesOf(0, 3));
    view.setOptions({ ...PLAIN_VIEW, query: { text: '(', regex: true, matchCase: false }, onlyMatches: true });
    expect(texts(view)).toHaveLength(3);
  });
});
