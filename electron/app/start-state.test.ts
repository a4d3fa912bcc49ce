import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStartState, startDocument, withStartState } from './start-state.ts';

const PAGE = '<body><div id="root"></div></body>';
let folder: string;
const file = () => join(folder, 'start.json');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-panel-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the state a window starts with', () => {
  it('is read back from what this build wrote', () => {
    writeFileSync(file(), startDocument('{"a":1}'));
    expect(readStartState(file())).toBe('{"a":1}');
  });

  it("is not taken from another build's document, a broken one, or none", () => {
    expect(readStartState(file())).toBeNull();
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"state":"{}"}',
      '{"builtFrom":"another","state":"{}"}',
      '{"builtFrom":"by hand","state":7}',
    ]) {
      writeFileSync(file(), text);
      expect(readStartState(file()), text).toBeNull();
    }
  });

  it('stands in the page as data before the root, and cannot end its own block', () => {
    const state = JSON.stringify({ label: "</script><script>alert('x')</script>$&" });
    const page = withStartState(PAGE, state);
    expect(page.match(/<\/?script/g)).toEqual(['<script', '</script']);
    const block = /<script type="application\/json" id="ada-start">(.*)<\/script><div id="root">/.exec(page)?.[1] ?? '';
    expect(JSON.parse(block)).toEqual(JSON.parse(state));
  });

  it('leaves the page alone when nothing is known', () => {
    expect(withStartState(PAGE, null)).toBe(PAGE);
  });
});
