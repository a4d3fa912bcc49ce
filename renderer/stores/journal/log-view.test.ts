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

  it('counts the journal’s priority as well as the text', () => {
    expect(passesLevel(entryOf(1, { priority: 3 }), 'error')).toBe(true);
    expect(passesLevel(entryOf(1, { priority: 4 }), 'error')).toBe(false);
    expect(passesLevel(entryOf(1, { priority: null, severity: 'warning' }), 'warning')).toBe(true);
    expect(passesLevel(entryOf(1, { severity: 'debug' }), 'info')).toBe(false);
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
