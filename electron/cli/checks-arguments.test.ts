import { expect, it } from 'vitest';
import { toPanelError } from '../../shared/errors.ts';
import { exitCodeOf } from './checks.ts';
import { readChecksArguments } from './checks-arguments.ts';

const read = (...argv: readonly string[]) => readChecksArguments(argv, 'npm run checks --');
const failure = (...argv: readonly string[]): string => {
  try {
    read(...argv);
  } catch (thrown) {
    const error = toPanelError(thrown);
    return `${error.code}: ${error.message} ${error.hint}`;
  }
  return 'none';
};

it('reads what to check and where', () => {
  expect(read('--host', 'ada2', '--group', 'gpu', '--group', 'host', '--with-images', '--junit', 'a.xml')).toMatchObject({
    host: 'ada2',
    groups: ['gpu', 'host'],
    withImages: true,
    withLoad: false,
    junitFile: 'a.xml',
    promFile: null,
  });
  expect(read('--lab', '--fault', 'gpu-lost', '--fault', 'shim-down')).toMatchObject({ host: null, faults: ['gpu-lost', 'shim-down'] });
  expect(read('--help')).toBeNull();
});

it('names what is wrong, and the command that lists the options', () => {
  expect(failure()).toBe('command-line-usage: Name one host: --host NAME or --lab. Run npm run checks -- --help for the options.');
  expect(failure('--host', 'a', '--lab')).toContain('Name one host');
  expect(failure('--host', 'a', '--fault', 'gpu-lost')).toContain('--fault breaks the lab only');
  expect(failure('--lab', '--group', 'gpus')).toContain('There is no group gpus; the groups are host, gpu,');
  expect(failure('--lab', '--nonsense')).toContain("'--nonsense'");
});

it('ends with the verdict', () => {
  const code = (...verdicts: readonly ('pass' | 'warn' | 'fail' | 'unknown' | 'skipped')[]) =>
    exitCodeOf(verdicts.map((verdict) => ({ verdict })));
  expect(code('pass', 'skipped')).toBe(0);
  expect(code('pass', 'warn', 'fail')).toBe(1);
  expect(code('pass', 'warn')).toBe(2);
  expect(code('pass', 'unknown')).toBe(2);
});
