import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { failureLines } from './failures.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ada-failures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const saved = (name: string, report: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(report));
  return file;
};

it('names failed tests and files of both runners, and skips a report that is missing or broken', () => {
  const test = (status: string, fullName: string, message = '') => ({ status, fullName, failureMessages: message === '' ? [] : [message] });
  const vitest = saved('unit.json', {
    testResults: [
      { name: 'a.test.ts', status: 'failed', assertionResults: [test('passed', 'one'), test('failed', 'two', '\u001b[31mexpected 1')] },
      { name: 'b.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
    ],
  });
  const spec = (title: string, ok: boolean, message: string) => ({
    title,
    ok,
    file: 'c.spec.ts',
    line: 7,
    tests: [{ results: [{ errors: ok ? [] : [{ message }] }] }],
  });
  const playwright = saved('e2e.json', {
    suites: [{ suites: [{ specs: [spec('opens', false, 'timed out'), spec('closes', true, '')] }] }],
  });
  const half = join(folder, 'half.json');
  writeFileSync(half, '{"testResults":[');
  expect(failureLines([half])).toEqual([expect.stringContaining('half.json\n    The report cannot be read: SyntaxError')]);
  expect(failureLines([vitest, playwright, join(folder, 'none.json')])).toEqual([
    'FAILED a.test.ts > two\n    expected 1',
    'FAILED b.test.ts\n    Cannot find module',
    'FAILED c.spec.ts:7 > opens\n    timed out',
  ]);
});
