// What failed in a run, read from the runners' own JSON reports, so that it can be repeated where a log is cut to its end.
import { existsSync, readFileSync } from 'node:fs';

const MAX_LINES_EACH = 12;
const MAX_LISTED = 40;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins every colour code.
const COLOURS = /\u001b\[[0-9;]*m/g;

/** The first lines of a message, without colours. */
const shortly = (message) => message.replaceAll(COLOURS, '').trim().split('\n').slice(0, MAX_LINES_EACH).join('\n    ');

/** `{ name, message }` of each failed test and each file that could not be run, of a Vitest JSON report (its "jest" format). */
function failuresOfVitest(report) {
  return report.testResults.flatMap((file) => {
    const failed = file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => ({ name: `${file.name} > ${test.fullName}`, message: test.failureMessages.join('\n') }));
    return failed.length === 0 && file.status === 'failed' ? [{ name: file.name, message: file.message }] : failed;
  });
}

/** The same of a Playwright JSON report, whose suites lie in each other. */
function failuresOfPlaywright(report) {
  const within = (suite) => [
    ...(suite.suites ?? []).flatMap(within),
    ...(suite.specs ?? [])
      .filter((spec) => !spec.ok)
      .map((spec) => ({
        name: `${spec.file}:${spec.line} > ${spec.title}`,
        message: spec.tests.flatMap((test) => test.results.flatMap((result) => result.errors.map((error) => error.message))).join('\n'),
      })),
  ];
  return [...(report.errors ?? []).map((error) => ({ name: 'the run itself', message: error.message })), ...report.suites.flatMap(within)];
}

/** The lines that repeat every failure of these report files, each with the first lines of its message. */
export function failureLines(files) {
  const failures = files.filter(existsSync).flatMap((file) => {
    try {
      const report = JSON.parse(readFileSync(file, 'utf8'));
      return 'suites' in report ? failuresOfPlaywright(report) : failuresOfVitest(report);
    } catch (cause) {
      // A runner that was killed leaves half a report.
      return [{ name: file, message: `The report cannot be read: ${cause}` }];
    }
  });
  const listed = failures.slice(0, MAX_LISTED).map(({ name, message }) => `FAILED ${name}\n    ${shortly(message ?? '')}`);
  return failures.length > MAX_LISTED ? [...listed, `and ${failures.length - MAX_LISTED} more`] : listed;
}
