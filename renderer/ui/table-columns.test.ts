import { describe, expect, it } from 'vitest';
import { inHeldOrder, shownColumns, widthNeeded } from './table-columns.ts';

const COLUMNS = [
  { id: 'name', minWidth: 200 },
  { id: 'vram', width: 80, dropOrder: 3 },
  { id: 'boot', width: 70, dropOrder: 2 },
  { id: 'pid', width: 60, dropOrder: 1 },
  { id: 'act', width: 140 },
];
const ids = (chosen: Readonly<Record<string, boolean>>, roomPx: number | null) => shownColumns(COLUMNS, chosen, roomPx).map(({ id }) => id);

describe('the columns that are shown', () => {
  it('are all of them where there is room, and before the room is known', () => {
    expect(widthNeeded(COLUMNS)).toBe(550);
    expect(ids({}, 550)).toEqual(['name', 'vram', 'boot', 'pid', 'act']);
    expect(ids({}, null)).toEqual(['name', 'vram', 'boot', 'pid', 'act']);
  });

  it('give way in their order as the room shrinks, and never the name or the actions', () => {
    expect(ids({}, 549)).toEqual(['name', 'vram', 'boot', 'act']);
    expect(ids({}, 489)).toEqual(['name', 'vram', 'act']);
    expect(ids({}, 100)).toEqual(['name', 'act']);
  });

  it('follow what the operator chose', () => {
    expect(ids({ vram: false }, null)).toEqual(['name', 'boot', 'pid', 'act']);
    expect(ids({ pid: true }, 100)).toEqual(['name', 'pid', 'act']);
    expect(ids({ name: false, act: false }, null)).toContain('name');
  });
});

describe('rows whose order is held', () => {
  it('stay in their places, new ones come last, gone ones leave no gap', () => {
    const rows = ['new', 'c', 'a', 'newer'].map((id) => ({ id }));
    expect(inHeldOrder(rows, ['a', 'b', 'c']).map(({ id }) => id)).toEqual(['a', 'c', 'new', 'newer']);
  });
});
