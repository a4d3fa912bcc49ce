import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataTable, type DataTableProps } from './data-table.tsx';
import type { DataColumn } from './table-columns.ts';
import { recallTable, rememberTable, type TableMemory } from './table-memory.ts';

interface Model {
  readonly name: string;
  readonly base: string;
  readonly bytes: number | null;
}

const MODELS: readonly Model[] = [
  { name: 'model 10', base: 'sdxl', bytes: 30 },
  { name: 'Model 9', base: 'sd-1', bytes: null },
  { name: 'alpha', base: 'sdxl', bytes: 200 },
  { name: 'beta', base: 'sd-1', bytes: Number.NaN },
  { name: 'gamma', base: 'sdxl', bytes: 0 },
];

const COLUMNS: readonly DataColumn<Model>[] = [
  { id: 'name', label: 'Model', sortBy: ({ name }) => name, cell: ({ name }) => name },
  { id: 'base', label: 'Base', sortBy: ({ base }) => base, cell: ({ base }) => base, dropOrder: 1 },
  { id: 'bytes', label: 'Size', kind: 'number', sortBy: ({ bytes }) => bytes, cell: ({ bytes }) => String(bytes) },
  { id: 'act', label: 'Actions', kind: 'actions', cell: ({ name }) => createElement('button', { type: 'button' }, `Delete ${name}`) },
];

let storage: Map<string, string>;

beforeEach(() => {
  storage = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

function markup(props: Partial<DataTableProps<Model>> = {}): string {
  const table = createElement(DataTable<Model>, {
    id: 'models',
    caption: 'Installed models',
    columns: COLUMNS,
    rows: MODELS,
    rowKey: ({ name }) => name,
    empty: 'No model is installed',
    isStale: false,
    ...props,
  });
  return renderToStaticMarkup(createElement(MantineProvider, null, table));
}

const namesIn = (html: string) => [...html.matchAll(/<th scope="row"[^>]*>([^<]*)</g)].map(([, name]) => name);

function namesSortedBy(columnId: string, isDescending: boolean): readonly (string | undefined)[] {
  rememberTable('models', { sort: { columnId, isDescending }, chosen: {} });
  return namesIn(markup());
}

describe('the order of rows', () => {
  it('is the given one until the operator sorts', () => {
    expect(namesIn(markup())).toEqual(MODELS.map(({ name }) => name));
  });

  it('has unknown values last in both directions, and 0 among the known', () => {
    expect(namesSortedBy('bytes', false)).toEqual(['gamma', 'model 10', 'alpha', 'Model 9', 'beta']);
    expect(namesSortedBy('bytes', true)).toEqual(['alpha', 'model 10', 'gamma', 'Model 9', 'beta']);
  });

  it('keeps the given order among equal values, in both directions', () => {
    expect(namesSortedBy('base', false)).toEqual(['Model 9', 'beta', 'model 10', 'alpha', 'gamma']);
    expect(namesSortedBy('base', true)).toEqual(['model 10', 'alpha', 'gamma', 'Model 9', 'beta']);
  });

  it('reads numbers inside a text by size and ignores case', () => {
    expect(namesSortedBy('name', false)).toEqual(['alpha', 'beta', 'gamma', 'Model 9', 'model 10']);
  });

  it('is the given one while the column that was sorted by is hidden', () => {
    rememberTable('models', { sort: { columnId: 'base', isDescending: false }, chosen: { base: false } });
    expect(namesIn(markup())).toEqual(MODELS.map(({ name }) => name));
  });

  it('is the given one when the remembered column is gone or cannot be sorted', () => {
    expect(namesSortedBy('gone', true)).toEqual(MODELS.map(({ name }) => name));
    expect(namesSortedBy('act', true)).toEqual(MODELS.map(({ name }) => name));
  });
});

describe('what a screen reader reads', () => {
  it('names the table, and the direction of the sorted column alone', () => {
    rememberTable('models', { sort: { columnId: 'bytes', isDescending: true }, chosen: {} });
    const html = markup();
    expect(html).toMatch(/<caption[^>]*>Installed models<\/caption>/);
    expect(html.match(/aria-sort="[a-z]+"/g)).toEqual(['aria-sort="descending"']);
    expect(html).toMatch(/data-column="bytes" aria-sort="descending"/);
  });

  it('is a button in every header that sorts, and plain words in one that does not', () => {
    const head = markup().split('</thead>')[0] ?? '';
    expect(head.match(/class="ada-table-sort"/g)).toHaveLength(3);
    expect(head).toContain('<span class="ada-table-unseen">Actions</span>');
  });

  it('is told that values are old', () => {
    const html = markup({ isStale: true });
    expect(html).toMatch(/<caption[^>]*>Installed models, as last read<\/caption>/);
    expect(html.match(/<tr data-stale="true"/g)).toHaveLength(MODELS.length);
  });
});

describe('rows that can be opened or have a menu', () => {
  const stops = (html: string) => [...html.matchAll(/<tr[^>]*tabindex="(-?\d)"/gi)].map(([, stop]) => stop);

  it('are one stop of the Tab key together', () => {
    expect(stops(markup({ onRowOpen: () => {} }))).toEqual(['0', '-1', '-1', '-1', '-1']);
    expect(stops(markup({ rowMenu: () => [] }))).toEqual(['0', '-1', '-1', '-1', '-1']);
  });

  it('are none where there is nothing to do with a row', () => {
    expect(stops(markup())).toEqual([]);
  });
});

describe('without rows', () => {
  it('says that they are being read, or that there is none', () => {
    expect(markup({ rows: null })).toMatch(/role="status">Loading</);
    expect(markup({ rows: [] })).toContain('No model is installed');
  });
});

describe('what is remembered', () => {
  const memory: TableMemory = { sort: { columnId: 'bytes', isDescending: true }, chosen: { base: false } };

  it('hides the column again, and is kept for each table by itself', () => {
    rememberTable('models', memory);
    expect(markup()).not.toContain('data-column="base"');
    expect(markup({ id: 'others' })).toContain('data-column="base"');
    expect(recallTable('models')).toEqual(memory);
  });

  it.each(['', '{', '7', '[]', '{"sort":{"columnId":3},"chosen":{"base":"no"}}', '{"sort":[],"chosen":7}'])(
    'is nothing where the storage holds %j',
    (saved) => {
      storage.set('ada.table.models', saved);
      expect(recallTable('models')).toEqual({ sort: null, chosen: {} });
    },
  );

  it('is nothing where there is no storage, and remembering does not fail', () => {
    vi.stubGlobal('localStorage', undefined);
    rememberTable('models', memory);
    expect(recallTable('models')).toEqual({ sort: null, chosen: {} });
  });
});
