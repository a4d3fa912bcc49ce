// npm run check: the fast part, under a minute: format and lint, types, boundaries, dead code, unit tests.
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { isStartedBy, ROOT, runMain } from './output.mjs';
import { run } from './processes.mjs';

export const CHECKS = [
  { name: 'lint', args: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'] },
  // Each process by itself, without what only another has, and then all files with the tests.
  ...['shared', 'electron', 'renderer', 'lab', '.'].map((folder) => ({
    name: folder === '.' ? 'types' : `types of ${folder}`,
    args: ['typescript/bin/tsc', '--noEmit', '-p', folder],
  })),
  {
    name: 'boundaries',
    args: [
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      'shared',
      'electron',
      'renderer',
      'lab',
      'ada2',
      'e2e',
      'bench',
      'fixtures',
    ],
  },
  { name: 'dead code', args: ['knip/bin/knip.js', '--no-progress'] },
];

/** Runs one check; true when it passed. */
export async function runCheck({ name, args: [bin, ...rest] }) {
  const startedAt = Date.now();
  const code = await run(process.execPath, [join(ROOT, 'node_modules', ...bin.split('/')), ...rest], { cwd: ROOT });
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  return code === 0;
}

if (isStartedBy(import.meta.url)) {
  runMain(async () => {
    const wanted = process.argv[2];
    if (wanted !== undefined) {
      for (const check of CHECKS.filter(({ name }) => name === wanted || name.startsWith(`${wanted} `))) {
        if (!(await runCheck(check))) process.exitCode = 1;
      }
      return;
    }
    await bootstrap({ mayFallBack: true, needsRuntime: false, uses: ['tests'], mustHave: false });
    const units = runCheck({ name: 'unit tests', args: ['vitest/vitest.mjs', 'run', '--project', 'unit', '--reporter=dot'] });
    const verdicts = [];
    for (const check of CHECKS) verdicts.push(await runCheck(check));
    verdicts.push(await units);
    if (verdicts.includes(false)) process.exitCode = 1;
  });
}
