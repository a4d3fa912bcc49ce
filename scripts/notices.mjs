// The third-party notices: the licence of every package that is shipped, in a bundle or beside it.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './output.mjs';

/** Packages that are shipped as they are, since they load files of their own; their dependencies come with them. */
export const UNBUNDLED = ['node-sqlite3-wasm', 'ssh2'];
/** Native helpers that ssh2 does without; they are not shipped. */
const NOT_SHIPPED = ['cpu-features', 'nan', 'buildcheck'];
const RULE = '='.repeat(80);

function manifestOf(name) {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
}

/** The unbundled packages with all that they need to run. */
export function unbundledPackages() {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name) || NOT_SHIPPED.includes(name)) return;
    found.add(name);
    const { dependencies = {} } = manifestOf(name);
    for (const needed of Object.keys(dependencies)) visit(needed);
  };
  for (const name of UNBUNDLED) visit(name);
  return [...found].sort();
}

/** The packages whose files the style sheet of the fonts names; a build lists modules only. */
function fontPackages() {
  const sheet = readFileSync(join(ROOT, 'renderer', 'theme', 'fonts.css'), 'utf8');
  return [...new Set([...sheet.matchAll(/url\("(@[^/"]+\/[^/"]+)\/files\//g)].map(([, name]) => name))];
}

function entryOf(name) {
  const { version, license } = manifestOf(name);
  const folder = join(ROOT, 'node_modules', name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return { name, version, identifier: license, ...(file ? { text: readFileSync(join(folder, file), 'utf8').trim() } : {}) };
}

/** The MIT licence as text, for a package that names it and brings no copy. */
function mitText({ name }) {
  const { author } = existsSync(join(ROOT, 'node_modules', name)) ? manifestOf(name) : {};
  const holder = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  const template = readFileSync(join(ROOT, 'LICENSE'), 'utf8').trim();
  return template.replace(/^Copyright.*$/m, `Copyright (c) ${holder}`);
}

/** Gathers the lists that the builds left beside their bundles into one text, and removes the lists. Throws on a package without a licence. */
export function writeNotices(outFolder = join(ROOT, 'out')) {
  const lists = readdirSync(outFolder)
    .map((bundle) => join(outFolder, bundle, 'licenses.json'))
    .filter((file) => existsSync(file));
  const entries = [
    ...lists.flatMap((file) => JSON.parse(readFileSync(file, 'utf8'))),
    ...[...unbundledPackages(), ...fontPackages()].map(entryOf),
  ];
  const byKey = new Map(entries.map((entry) => [`${entry.name} ${entry.version}`, entry]));
  const sections = [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => {
      const text = entry.text ?? (entry.identifier === 'MIT' ? mitText(entry) : null);
      if (text === null) throw new Error(`${key} has no licence text: add one before shipping it`);
      return [RULE, `${key}${entry.identifier ? ` (${entry.identifier})` : ''}`, RULE, '', text, ''].join('\n');
    });
  const head = `Ada Panel contains the following packages. Electron's licence and those of Chromium lie beside the program\nas LICENSE.electron.txt and LICENSES.chromium.html.\n`;
  writeFileSync(join(outFolder, 'third-party-notices.txt'), `${head}\n${sections.join('\n')}`);
  for (const file of lists) rmSync(file);
}
