// npm test: lint, types, boundaries, unit, integration (lab and real host), end to end. Last line: N passed, N failed, N skipped.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, hasDisplay } from './bootstrap.mjs';
import { CHECKS, runCheck } from './check.mjs';
import { failureLines } from './failures.mjs';
import { ROOT, runMain, SetupError } from './output.mjs';
import { isRoot, run } from './processes.mjs';

const REPORTS = join(ROOT, '.cache', 'reports');
const PARTS = ['checks', 'unit', 'integration', 'e2e', 'package'];
const only = process.argv.slice(2);
const wants = (part) => only.length === 0 || only.includes(part);
const count = { passed: 0, failed: 0, skipped: 0 };

function add(passed, failed, skipped = 0) {
  count.passed += passed;
  count.failed += failed;
  count.skipped += skipped;
}

/** Adds a runner's own JSON counts; a run that left no report counts as one failure. */
function addReport(file, code, read) {
  if (!existsSync(file)) {
    console.log(`FAILED: the test run wrote no report (exit ${code})`);
    return add(0, 1);
  }
  const counts = read(JSON.parse(readFileSync(file, 'utf8')));
  add(counts.passed, counts.failed, counts.skipped);
  // A broken set-up fails the run without a failing test.
  if (code !== 0 && counts.failed === 0) add(0, 1);
}

async function vitest(project) {
  const file = join(REPORTS, `${project}.json`);
  console.log(`\n== ${project} tests`);
  const code = await run(
    process.execPath,
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    { cwd: ROOT },
  );
  addReport(file, code, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }));
}

async function playwright(runtime) {
  const file = join(REPORTS, 'e2e.json');
  console.log('\n== end to end, in real Electron');
  console.log(`runtime: ${runtime.origin}`);
  const command = [process.execPath, join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '-c', 'e2e/playwright.config.ts'];
  const [program, ...args] = !hasDisplay() ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', ...command] : command;
  const code = await run(program, args, { cwd: ROOT, env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file } });
  addReport(file, code, (report) => ({
    passed: report.stats.expected + report.stats.flaky,
    failed: report.stats.unexpected,
    skipped: report.stats.skipped,
  }));
}

/** What the parts that are wanted need of the system. */
function usesOf() {
  const uses = [];
  if (wants('unit') || wants('integration') || wants('e2e')) uses.push('tests');
  if (wants('integration') && isRoot()) uses.push('host');
  if ((wants('e2e') || wants('package')) && !hasDisplay()) uses.push('display');
  return uses;
}

runMain(async () => {
  const unknown = only.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new SetupError(`Unknown part "${unknown}".`, `The parts are: ${PARTS.join(', ')}.`);
  const runtime = await bootstrap({ mayFallBack: true, needsRuntime: wants('e2e') || wants('package'), uses: usesOf(), mustHave: false });
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const failedChecks = [];
  for (const check of wants('checks') ? CHECKS : []) {
    const passed = await runCheck(check);
    add(passed ? 1 : 0, passed ? 0 : 1);
    if (!passed) failedChecks.push(`FAILED check: ${check.name}`);
  }
  if (wants('unit')) await vitest('unit');
  if (wants('integration')) await vitest('integration');
  if (wants('e2e')) await playwright(runtime);
  if (wants('package')) await vitest('package');
  if (count.failed > 0) {
    process.exitCode = 1;
    console.log('\n== failures');
    for (const line of [...failedChecks, ...failureLines(PARTS.map((part) => join(REPORTS, `${part}.json`)))]) console.log(line);
  }
  console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
});
