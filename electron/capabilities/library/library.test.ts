import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSaveMonitor } from '../../foundation/files/save-monitor.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { openPromptLibrary } from './library.ts';

let folder: string;
let clock = 0;
const open = () =>
  openPromptLibrary({ file: join(folder, 'prompt-library.json'), saves: createSaveMonitor(), log: silentLogger, now: () => (clock += 1) });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-library-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the prompt library', () => {
  it('keeps presets, lists and prompts over a restart', () => {
    const library = open();
    const preset = { presetId: 'a', name: 'Portrait', parameters: { width: 512, height: 768 } };
    library.update({ presets: [preset] });
    library.update({ wildcards: [{ name: 'colour', lines: ['red', 'green'] }] });
    library.notePrompt('a pear');
    expect(open().get()).toMatchObject({ presets: [preset], prompts: [{ prompt: 'a pear' }] });
    expect(open().wildcards()).toEqual({ colour: ['red', 'green'] });
  });

  it('has each sent prompt once, the newest first, and no more than a hundred', () => {
    const library = open();
    for (let n = 0; n < 120; n += 1) library.notePrompt(`pear ${n}`);
    library.notePrompt('pear 60');
    library.notePrompt('  ');
    const { prompts } = library.get();
    expect(prompts).toHaveLength(100);
    expect(prompts.slice(0, 2).map(({ prompt }) => prompt)).toEqual(['pear 60', 'pear 119']);
  });

  it('takes what it can of a damaged file, and loses nothing of another version', () => {
    const file = join(folder, 'prompt-library.json');
    writeFileSync(
      file,
      JSON.stringify({
        presets: [
          { presetId: 'a', name: '' },
          { presetId: 'b', name: 'B', parameters: {} },
        ],
        more: 1,
      }),
    );
    const library = open();
    expect(library.get().presets.map(({ name }) => name)).toEqual(['B']);
    library.notePrompt('a pear');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ more: 1 });
  });
});
