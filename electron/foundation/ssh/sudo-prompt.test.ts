import { describe, expect, it } from 'vitest';
import { promptArgument, readOurPrompt, readProofQuestion, readQuestion } from './sudo-prompt.ts';

const TOKEN = 'ada-panel-00ff';
const OURS = promptArgument(TOKEN);

describe('our own prompt', () => {
  it.each([
    ['', null],
    [OURS.slice(0, 12), null],
    ['Password: ', null],
    [OURS, { kind: 'password', of: null, prompt: OURS }],
    [`a word before${OURS.replace('%p', 'root')}`, { kind: 'password', of: 'root', prompt: OURS.replace('%p', 'root') }],
    [`[sudo: ${OURS}`, null],
    [`[sudo: ${OURS}] `, null],
    [`[sudo: ${OURS}] Password: `, { kind: 'password', of: null, prompt: `[sudo: ${OURS}] Password: ` }],
    [`${OURS}\nJob failed.\n`, null],
  ] as const)('%j is %j', (stderr, expected) => {
    expect(readOurPrompt(stderr, TOKEN)).toEqual(expected);
  });
});

describe('what sudo asks', () => {
  it.each([
    ['', null],
    ['Job for x.service failed.\n', null],
    ['sudo: unable to resolve host ada2: ', null],
    ['[sudo] password for op', null],
    ['[sudo] password for op: ', 'op'],
    ['Some lecture.\n\n[sudo] password for root: ', 'root'],
    ['[sudo: authenticate] Password: ', null],
    ['Password: ', null],
    ['LDAP Password: ', null],
    ["op's password: ", null],
    ['[sudo] password for op@ada2: ', 'op'],
    ['Password for op@EXAMPLE.ORG: ', 'op'],
  ] as const)('takes %j for a question for the password of %j, or for none', (stderr, of) => {
    const question = readQuestion(stderr);
    if (/[:] $/.test(stderr) && !stderr.startsWith('sudo: ')) expect(question).toMatchObject({ kind: 'password', of });
    else expect(question).toBeNull();
  });

  it.each([
    ['Verification code: ', 'Verification code:'],
    ["One-time password (OATH) for `op': ", "One-time password (OATH) for `op':"],
    ["[sudo: authenticate] One-time password (OATH) for `op': ", "One-time password (OATH) for `op':"],
    ['[sudo: input needed] Verification code:  ', 'Verification code:'],
    ['[sudo: input needed Verification code:  ', 'Verification code:'],
    ['New password: ', 'New password:'],
    ['Current password: ', 'Current password:'],
    ['One-time password: ', 'One-time password:'],
    ['Duo two-factor login for op\n\n 1. Duo Push\n\nPasscode or option (1-1): ', 'Passcode or option (1-1):'],
  ] as const)('takes %j for another question', (stderr, text) => {
    expect(readQuestion(stderr)).toEqual({ kind: 'other', text });
  });
});

describe('what sudo -v asks where its own prompt is ours', () => {
  const own = OURS.replace('%p', 'op');
  it.each([
    ['', null],
    [own.slice(0, -1), null],
    [own, { kind: 'password', of: 'op', prompt: own }],
    [`Some lecture:\n${own}`, { kind: 'password', of: 'op', prompt: own }],
    ['Verification code: ', { kind: 'other', text: 'Verification code:' }],
    [`[sudo: ${OURS}`, null],
    [`[sudo: ${OURS}] `, null],
    [`[sudo: ${OURS}] Password: `, { kind: 'password', of: null, prompt: `[sudo: ${OURS}] Password: ` }],
    [`[sudo: ${OURS}] One-time password: `, { kind: 'other', text: 'One-time password:' }],
    ['[sudo: authenticate] Password: ', { kind: 'password', of: null, prompt: '[sudo: authenticate] Password: ' }],
  ] as const)('%j is %j', (stderr, expected) => {
    expect(readProofQuestion(stderr, TOKEN)).toEqual(expected);
  });
});
