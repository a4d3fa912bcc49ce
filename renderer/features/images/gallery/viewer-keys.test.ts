import { describe, expect, it } from 'vitest';
import { actualSize, FIT, type Stage, type View } from '../zoom.ts';
import { type ViewerActions, viewerAction } from './viewer-keys.ts';

const stage: Stage = { image: { width: 2000, height: 2000 }, stage: { width: 500, height: 500 }, pixelRatio: 1 };

function press(key: string, view: View = FIT, mod: { readonly isMod?: boolean; readonly isFree?: boolean } = {}): readonly unknown[] {
  const done: unknown[] = [];
  const say = (word: string) => () => void done.push(word);
  const actions: ViewerActions = {
    ...{ view, stage, goFirst: say('first'), goLast: say('last'), toggleDetails: say('details'), toggleFavourite: say('favourite') },
    ...{ trash: say('trash'), compare: say('compare'), use: say('use'), copy: say('copy') },
    go: (delta) => void done.push(delta),
    onView: (change) => void done.push(change(view, stage)),
  };
  viewerAction({ key, isMod: mod.isMod ?? false, isFree: mod.isFree ?? true }, actions)?.();
  return done;
}

describe('a key in the viewer', () => {
  it('browses while the whole image is visible, and moves it once it is larger', () => {
    expect([press('ArrowRight'), press('ArrowLeft'), press('ArrowUp')]).toEqual([[1], [-1], []]);
    const large = actualSize(FIT, stage);
    expect(press('ArrowRight', large)).toEqual([{ scale: 1, x: -80, y: 0 }]);
    expect([press('PageDown', large), press('Home', large), press('End', large)]).toEqual([[1], ['first'], ['last']]);
  });

  it('zooms, fits and shows the actual size', () => {
    expect(press('1')).toEqual([{ scale: 1, x: 0, y: 0 }]);
    expect(press('0', actualSize(FIT, stage))).toEqual([FIT]);
    expect(press('+')).toMatchObject([{ scale: 0.3125 }]);
  });

  it('copies the image unless text is selected, and leaves other keys alone', () => {
    expect(press('c', FIT, { isMod: true })).toEqual(['copy']);
    expect(press('c', FIT, { isMod: true, isFree: false })).toEqual([]);
    expect(press('k', FIT, { isMod: true })).toEqual([]);
    expect([press('c'), press('f'), press('u'), press('i'), press('Delete'), press('x')]).toEqual([
      ['compare'],
      ['favourite'],
      ['use'],
      ['details'],
      ['trash'],
      [],
    ]);
  });
});
