import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSudoOutput } from './sudo-output.ts';

const UNRESOLVABLE = 'sudo: unable to resolve host ada2: Temporary failure in name resolution\n';
const JOB_FAILED = 'Job for fails-exit.service failed because the control process exited with error code.\n';

describe('what sudo said', () => {
  it.each([
    [0, 'anything', 'ran'],
    [1, 'sudo: a password is required\n', 'password-needed'],
    [1, '\nSorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n', 'wrong-password'],
    [1, 'sudo: 3 incorrect password attempts\n', 'wrong-password'],
    [1, 'sudo: no password was provided\nsudo: a password is required\n', 'password-needed'],
    [1, "Sorry, user op is not allowed to execute '/bin/x' as root on ada2.\n", 'not-permitted'],
    [1, 'op is not in the sudoers file.\n', 'not-permitted'],
    [127, 'sh: 1: sudo: not found\n', 'missing'],
    [127, 'ada: line 1: exec: sudo: not found\n', 'missing'],
    [127, 'bash: line 1: sudo: command not found\n', 'missing'],
    [1, 'sudo: sorry, you must have a tty to run sudo\n', 'needs-terminal'],
    [1, 'Job for x.service failed.\n', 'ran'],
    [3, 'sudo: a password is required\n', 'ran'],
    [1, 'sudo: Account or password is expired, reset your password and try again\nCurrent password: ', 'password-expired'],
  ] as const)('%s %j is %s', (exitCode, stderr, expected) => {
    expect(parseSudoOutput({ exitCode, stderr })).toBe(expected);
  });

  it.each([
    ['sudo-rs: interactive authentication is required\n', 'password-needed'],
    ["sudo-rs: I'm sorry panel. I'm afraid I can't do that\n", 'not-permitted'],
    ["sudo-rs: Sorry, user panel is not allowed to execute '/usr/bin/id' as root on ada2.\n", 'not-permitted'],
    ['sudo-rs: Sorry, user norule may not run sudo on ada2.\n', 'not-permitted'],
    ['sudo-rs: Maximum 3 incorrect authentication attempts\n', 'wrong-password'],
    ['sudo: Authentication failed, try again.\n', 'wrong-password'],
    ['sudo: 3 incorrect authentication attempts\n', 'wrong-password'],
    ['sudo-rs: Authentication required but not attempted\n', 'password-needed'],
    ["sudo-rs: '/usr/bin/nosuch': command not found\n", 'ran'],
    ['sudo-rs: PAM error: Module is unknown\n', 'refused'],
    ['sudo-rs: something of a later version\n', 'refused'],
    ['sudo: something of a later version\n', 'refused'],
  ] as const)('knows the words of sudo-rs: %j is %s', (stderr, expected) => {
    expect(parseSudoOutput({ exitCode: 1, stderr })).toBe(expected);
  });

  it('takes no harmless warning for a refusal', () => {
    expect(parseSudoOutput({ exitCode: 1, stderr: UNRESOLVABLE + JOB_FAILED })).toBe('ran');
    expect(parseSudoOutput({ exitCode: 1, stderr: UNRESOLVABLE })).toBe('ran');
    expect(parseSudoOutput({ exitCode: 1, stderr: `sudo: setrlimit(RLIMIT_CORE): Operation not permitted\n${JOB_FAILED}` })).toBe('ran');
    expect(parseSudoOutput({ exitCode: 1, stderr: 'sudo: unable to send audit message: Operation not permitted\n' })).toBe('ran');
    expect(parseSudoOutput({ exitCode: 1, stderr: 'sudo: /etc/sudoers.d/old is world writable\n' })).toBe('ran');
    // A warning that nobody has seen yet, and then the command's own words.
    expect(parseSudoOutput({ exitCode: 1, stderr: `sudo: unable to do something new\n${JOB_FAILED}` })).toBe('ran');
    expect(parseSudoOutput({ exitCode: 1, stderr: 'sudo: unable to do something new\n', stdout: 'the command printed this\n' })).toBe(
      'ran',
    );
  });

  it('keeps what sudo says about permission beside a warning', () => {
    expect(parseSudoOutput({ exitCode: 1, stderr: `${UNRESOLVABLE}sudo: a password is required\n` })).toBe('password-needed');
    expect(parseSudoOutput({ exitCode: 1, stderr: `${UNRESOLVABLE}sudo: no valid sudoers sources found, quitting\n` })).toBe('refused');
    expect(parseSudoOutput({ exitCode: 1, stderr: 'sudo: unable to stat /etc/sudoers: Permission denied\n' })).toBe('refused');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (stderr) => void parseSudoOutput({ exitCode: 1, stderr: `sudo: ${stderr}` })));
  });
});
