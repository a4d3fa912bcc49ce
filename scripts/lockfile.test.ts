import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Record<string, string>;
}

const packages: Record<string, LockedPackage> = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')).packages;

/** Where Node.js looks for `name` when the package at `from` asks for it: its own node_modules, then each one above. */
function placesOf(name: string, from: string): string[] {
  const levels = from.split(/\/?node_modules\//).filter(Boolean);
  return Array.from({ length: levels.length + 1 }, (_, above) => levels.slice(0, levels.length - above)).map((kept) =>
    [...kept, name].map((part) => `node_modules/${part}`).join('/'),
  );
}

describe('the lockfile', () => {
  it('holds the binaries of every platform, or npm ci refuses it on another machine than the one that wrote it', () => {
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !placesOf(name, path).some((place) => packages[place]?.version)),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry', () => {
    expect(
      Object.entries(packages)
        .filter(([, entry]) => entry.resolved)
        .map(([path]) => path),
    ).toEqual([]);
  });
});
