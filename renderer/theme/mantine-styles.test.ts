import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HERE = dirname(fileURLToPath(import.meta.url));
const RENDERER = join(HERE, '..');
const MANTINE = join(HERE, '../../node_modules/@mantine/core');
const SPOTLIGHT = join(HERE, '../../node_modules/@mantine/spotlight');
/** What every component stands on. */
const GROUND = ['baseline', 'default-css-variables', 'global'];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The names that our code takes from the index of Mantine's components, types left out. */
function namesUsed(): Set<string> {
  const names = new Set<string>();
  for (const file of sources(RENDERER)) {
    for (const [, list] of readFileSync(file, 'utf8').matchAll(/import\s*\{([^}]*)\}\s*from '@mantine\/core'/g)) {
      for (const name of (list ?? '').split(',').map((one) => one.trim())) if (!name.startsWith('type ') && name !== '') names.add(name);
    }
  }
  return names;
}

/** Every module that the named ones and the palette load, by walking the imports of Mantine's own files. */
function reached(names: ReadonlySet<string>): Set<string> {
  const index = join(MANTINE, 'esm/index.mjs');
  const importsOf = (file: string): string[] =>
    [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*"(\.[^"]+\.mjs)"/g)].map(([, path]) => resolve(dirname(file), path ?? ''));
  const waiting = importsOf(index).filter((file) => names.has((/([^/]+)\.mjs$/.exec(file) ?? [])[1] ?? ''));
  const spotlight = readdirSync(join(SPOTLIGHT, 'esm'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.mjs'));
  const ofSpotlight = spotlight.flatMap((file) =>
    [...readFileSync(join(SPOTLIGHT, 'esm', file), 'utf8').matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)].flatMap(([, list]) =>
      (list ?? '').split(',').map((one) => one.trim()),
    ),
  );
  waiting.push(...importsOf(index).filter((file) => ofSpotlight.includes((/([^/]+)\.mjs$/.exec(file) ?? [])[1] ?? '')));
  const seen = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    waiting.push(...importsOf(file));
  }
  return seen;
}

/** The style files that are needed, in the order of Mantine's whole style sheet, on which its cascade relies. */
function needed(): string[] {
  const whole = readFileSync(join(MANTINE, 'styles.css'), 'utf8');
  const parts = [...reached(namesUsed())].map((file) => (/([^/]+)\.mjs$/.exec(file) ?? [])[1] ?? '');
  const files = [...new Set([...GROUND, ...parts])].filter((name) => existsSync(join(MANTINE, 'styles', `${name}.css`)));
  const at = (name: string): number =>
    whole.indexOf(
      readFileSync(join(MANTINE, 'styles', `${name}.css`), 'utf8')
        .trim()
        .slice(0, 120),
    );
  return files.sort((a, b) => at(a) - at(b));
}

describe("Mantine's styles", () => {
  it('are those of the components that the page uses, and of what these are made of, in order', () => {
    const listed = [...readFileSync(join(HERE, 'mantine.css'), 'utf8').matchAll(/@import ["']@mantine\/core\/styles\/([\w-]+)\.css/g)].map(
      ([, name]) => name,
    );
    expect(listed).toEqual(needed());
  });
});
