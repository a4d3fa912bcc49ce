import { outputLines } from '../../../shared/output-lines.ts';
import type { ExecResult } from './transport.ts';

/** What sudo reported; `ran` = it started the command, whatever came of that. */
export type SudoVerdict =
  | 'ran'
  | 'password-needed'
  | 'wrong-password'
  | 'not-permitted'
  | 'needs-terminal'
  | 'password-expired'
  | 'timed-out'
  | 'missing'
  | 'refused';

/** sudo (plugins/sudoers, C locale) and sudo-rs (common/error.rs, pam/error.rs) prefix their own lines so. */
const OWN_LINE = /^sudo(?:-rs)?: /;

const KNOWN: readonly (readonly [SudoVerdict, RegExp])[] = [
  ['wrong-password', /^sudo(?:-rs)?: (?:maximum )?\d+ incorrect (?:password|authentication) attempts?/im],
  ['wrong-password', /^(?:sorry, try again\.|sudo(?:-rs)?: (?:authentication failed, try again|incorrect authentication attempt))/im],
  ['not-permitted', /^(?:sudo(?:-rs)?: )?sorry, user .{1,300} (?:is not allowed to (?:execute|run|authenticate)|may not run) /im],
  ['not-permitted', /^\S{1,300} is not (?:in the sudoers file|allowed to (?:execute|run) )/im],
  ['not-permitted', /^sudo(?:-rs)?: I'm sorry .{1,300}\. I'm afraid I can't do that/m],
  ['needs-terminal', /^sudo(?:-rs)?: (?:sorry, )?you must have a tty/im],
  ['password-expired', /^sudo(?:-rs)?: (?:account or password is expired|password expired|account expired)/im],
  ['timed-out', /^sudo(?:-rs)?: timed out/m],
  [
    'password-needed',
    /^sudo(?:-rs)?: (?:(?:sorry, )?a password is required|(?:interactive )?authentication (?:is )?required|interaction is required|a terminal is required|no tty present and no askpass|no password was provided)/im,
  ],
  // The policy allows the command, which is not there: its own failure.
  ['ran', /^sudo(?:-rs)?: .{1,1000}: command not found$/m],
];

const MAX_LINE_CHARS = 1_000;

/** Warnings after which sudo continues. */
const HARMLESS: readonly RegExp[] = [
  /: unable to resolve host /,
  /: setrlimit\(/,
  /: unable to (?:send audit message|open audit system)/,
  /: unable to (?:open|mkdir|create|stat|chown|write to|lock|update) .{0,10}(?:\/run\/|\/var\/)/,
  /: .{1,300} is (?:world|group) writable$/,
  /: .{1,300} is (?:owned by [ug]id \d+|mode 0?\d+), should be /,
  /: (?:ignoring|timestamp) /,
];

/**
 * What sudo says about permission, by its own words in the C locale. A line of sudo's own that is not known is a refusal, unless
 * the command has printed something after it. Its refusals exit with 1.
 */
export function parseSudoOutput(result: Pick<ExecResult, 'exitCode' | 'stderr'> & { readonly stdout?: string }): SudoVerdict {
  const { exitCode, stderr, stdout = '' } = result;
  if (exitCode === 0) return 'ran';
  if (exitCode === 127 && /sudo: (?:command )?not found/.test(stderr)) return 'missing';
  if (exitCode !== 1) return 'ran';
  for (const [verdict, pattern] of KNOWN) if (pattern.test(stderr)) return verdict;
  const lines = outputLines(stderr)
    .map((line) => line.slice(0, MAX_LINE_CHARS))
    .filter((line) => line.trim() !== '');
  const lastUnknown = lines.findLastIndex((line) => OWN_LINE.test(line) && !HARMLESS.some((pattern) => pattern.test(line)));
  if (lastUnknown === -1 || stdout !== '') return 'ran';
  return lines.slice(lastUnknown + 1).some((line) => !OWN_LINE.test(line)) ? 'ran' : 'refused';
}
