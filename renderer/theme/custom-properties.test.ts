import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core';
import { describe, expect, it } from 'vitest';
import { cssVariables, theme } from './theme.ts';

const RENDERER = join(dirname(fileURLToPath(import.meta.url)), '..');
const COMMENTS = /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g;

interface Source {
  /** Relative to renderer/, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A custom property that is used; `isPrefix`: the rest of its name comes at run time. */
interface Use {
  readonly path: string;
  readonly name: string;
  readonly isPrefix: boolean;
}

function sources(): readonly Source[] {
  return readdirSync(RENDERER, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.(css|tsx?)$/.test(entry.name))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { path: relative(RENDERER, file).split(sep).join('/'), text: readFileSync(file, 'utf8').replace(COMMENTS, '') };
    });
}

/** Names that a source defines: declarations in CSS, keys of inline styles elsewhere. */
function definedIn({ path, text }: Source): readonly string[] {
  const pattern = path.endsWith('.css') ? /(?<=[{;\s])(--[\w-]+)\s*:/g : /['"](--[\w-]+)['"]\s*[\]:,)]/g;
  return [...text.matchAll(pattern)].map(([, name]) => name ?? '');
}

function usesIn({ path, text }: Source): readonly Use[] {
  return [...text.matchAll(/var\(\s*(--[\w-]*)(\$\{)?/g)].map(([, name, open]) => ({
    path,
    name: name ?? '',
    isPrefix: open !== undefined,
  }));
}

/** Part of every page: the theme and the kit. What a feature defines is there only while its own page was loaded. */
const isEverywhere = (path: string): boolean => !path.startsWith('features/');
const featureOf = (path: string): string => path.split('/').slice(0, 2).join('/');

/** Uses of properties that are defined nowhere, or only in another feature. */
function undefinedUses(all: readonly Source[], given: ReadonlySet<string>): readonly Use[] {
  const definitions = all.flatMap((source) => definedIn(source).map((name) => ({ path: source.path, name })));
  return all.flatMap(usesIn).filter(({ path, name, isPrefix }) => {
    const fits = (other: string): boolean => (isPrefix ? other.startsWith(name) : other === name);
    if ([...given].some(fits)) return false;
    return !definitions.some((known) => fits(known.name) && (isEverywhere(known.path) || featureOf(known.path) === featureOf(path)));
  });
}

/** What Mantine and our palette define at run time; each colour scheme has all of ours. */
function atRunTime(): ReadonlySet<string> {
  const whole = mergeMantineTheme(DEFAULT_THEME, theme);
  const [mantine, ours] = [defaultCssVariablesResolver(whole), cssVariables(whole)];
  return new Set([mantine.variables, mantine.light, ours.variables, ours.light].flatMap((variables) => Object.keys(variables)));
}

describe('custom properties', () => {
  it('that are used are defined, where they are used', () => {
    expect(undefinedUses(sources(), atRunTime())).toEqual([]);
  });

  it('of the palette are the same in both colour schemes', () => {
    const { light, dark } = cssVariables(mergeMantineTheme(DEFAULT_THEME, theme));
    expect(Object.keys(light).sort()).toEqual(Object.keys(dark).sort());
  });

  it('that are missing, misspelt, or of another feature are found', () => {
    const css = (path: string, text: string): Source => ({ path, text });
    const found = undefinedUses(
      [
        css('features/a/a.css', ':root { --ada-own: red; } p { color: var(--ada-own); background: var(--ada-gone, blue); }'),
        css('features/b/b.tsx', "style={{ color: 'var(--ada-own)', fill: `var(--ada-line-${x})`, '--ada-part': 1 }}"),
        css('features/b/b.css', 'p { width: var(--ada-part); height: var( --given ); }'),
      ],
      new Set(['--given']),
    );
    expect(found.map(({ path, name }) => `${path} ${name}`)).toEqual([
      'features/a/a.css --ada-gone',
      'features/b/b.tsx --ada-own',
      'features/b/b.tsx --ada-line-',
    ]);
  });
});
