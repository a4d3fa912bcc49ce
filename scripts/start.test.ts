import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const start = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts', 'start.mjs'), ...args], { encoding: 'utf8', timeout: 60_000 });

it('answers --version and --help before anything is fetched', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  expect(start('--version')).toMatchObject({ status: 0, stdout: `Ada Panel ${version}\n` });
  const help = start('--help');
  expect(help.status).toBe(0);
  for (const flag of ['--lab', '--smoke-test', '--data-folder=', '--fallback-runtime']) expect(help.stdout).toContain(flag);
});

it('refuses an option that it does not know, with the remedy', () => {
  const refused = start('--smoke-tests');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('Unknown option --smoke-tests. npm start -- --help lists the options.');
});
