import { join, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveAppFile, resolvePicture } from './app-files.ts';

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

  it('serves pictures of the gallery by their id alone', () => {
    const id = '20260504-140631-0a1b2c3d';
    expect(resolvePicture(FOLDER, `app://panel/pictures/${id}.png`)).toBe(join(FOLDER, `${id}.png`));
    for (const path of ['../index.json', 'index.json', `${id}.png/..%2f..`, `${id}.svg`, `x${id}.png`, `${id}.png?x`]) {
      expect(resolvePicture(FOLDER, `app://panel/pictures/${path}`), path).toBeNull();
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
