import { join, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageRequestOf, resolveAppFile } from './app-files.ts';

const FOLDER = join(sep, 'app', 'out', 'renderer');

describe('files of the page', () => {
  it('serves what lies in the folder', () => {
    expect(resolveAppFile(FOLDER, 'app://panel/')).toBe(join(FOLDER, 'index.html'));
    expect(resolveAppFile(FOLDER, 'app://panel/assets/a.js')).toBe(join(FOLDER, 'assets', 'a.js'));
  });

  it.each([
    'app://other/index.html',
    'https://panel/index.html',
    'app://panel/..%2f..%2fpackage.json',
    'app://panel/..%2frenderer-secret/x.json',
    'app://panel/%00.html',
    'app://panel/%E0%A4%A',
    'app://panel/run.sh',
    'not an address',
  ])('refuses %s', (url) => {
    expect(resolveAppFile(FOLDER, url)).toBeNull();
  });

  it('serves images of the gallery and their thumbnails by id alone', () => {
    const pictureId = '20260504-140631-0a1b2c3d';
    expect(imageRequestOf(`app://panel/images/${pictureId}.png`)).toEqual({ kind: 'image', pictureId });
    expect(imageRequestOf(`app://panel/thumbnails/${pictureId}.png`)).toEqual({ kind: 'thumbnail', pictureId });
    const id = pictureId;
    for (const path of ['../index.json', 'index.json', `${id}.png/..%2f..`, `${id}.svg`, `x${id}.png`, `${id}.png?x`, `trash/${id}.png`]) {
      expect(imageRequestOf(`app://panel/images/${path}`), path).toBeNull();
    }
  });

  it('never leaves the folder, whatever the path', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '%2e%2e', '%2f', '/', '\\', '%5c', 'a', '.html', '%00')), (parts) => {
        const file = resolveAppFile(FOLDER, `app://panel/${parts.join('')}.json`);
        expect(file === null || file.startsWith(FOLDER + sep)).toBe(true);
      }),
    );
  });
});
