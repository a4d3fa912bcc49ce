import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DIAGNOSES } from './diagnoses.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../../docs/adoption.md'), 'utf8');
const [, guide = '', diagnoses = ''] = DOCUMENT.split(/^## /m);
const DIFFERENCES = 32;

it('lists every diagnosis with its title', () => {
  const rows = DIAGNOSES.map(({ id, title }) => `| \`${id}\` | ${title} |`);
  expect(diagnoses.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
});

it('says of each difference how the panel deals with it, with diagnoses that exist', () => {
  const rows = guide.split('\n').filter((line) => /^\| \d/.test(line));
  expect(rows.map((row) => Number(row.split('|')[1]))).toEqual([...Array(DIFFERENCES).keys()].map((index) => index + 1));
  const ids = DIAGNOSES.map(({ id }) => id);
  for (const row of rows) {
    const outcome = row.split('|')[4] ?? '';
    expect(outcome).toMatch(/^ (?:Diagnosed|By construction|Not visible): /);
    if (!outcome.includes('Diagnosed: ')) continue;
    const named = [...(outcome.split(' By construction: ')[0] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map(([, id]) => id);
    expect(named.length).toBeGreaterThan(0);
    expect(ids).toEqual(expect.arrayContaining(named));
  }
});
