import type { Parameter } from '../recipe.ts';

const PATH = /^\/[A-Za-z0-9._+@/-]{1,200}$/;
const NAME = /^[a-z_][a-z0-9_-]{0,31}$/;

type Described = Pick<Parameter, 'key' | 'label' | 'help' | 'initial'>;

/** An absolute path without blanks; `.` and `..` are no parts of it. */
export const pathParameter = (o: Described): Parameter => ({
  ...o,
  kind: 'text',
  check: (value) => (isPlainPath(value) ? null : 'Use an absolute path of letters, digits, dots, dashes and underscores.'),
});

export const isPlainPath = (value: string): boolean =>
  PATH.test(value) &&
  !value.endsWith('/') &&
  !value.split('/').some((part, index) => part === '.' || part === '..' || (part === '' && index > 0));

export const userParameter = (o: Described): Parameter => ({
  ...o,
  kind: 'text',
  check: (value) => (NAME.test(value) ? null : 'Use a user name of lower-case letters, digits, dashes and underscores.'),
});

export const numberParameter = (o: Described & { readonly min: number; readonly max: number }): Parameter => {
  const { min, max, ...rest } = o;
  return {
    ...rest,
    kind: 'number',
    check: (value) =>
      /^\d{1,12}$/.test(value) && Number(value) >= min && Number(value) <= max ? null : `Use a number from ${min} to ${max}.`,
  };
};

export const portParameter = (o: Described): Parameter => numberParameter({ ...o, min: 1, max: 65_535 });

export const switchParameter = (o: Described): Parameter => ({
  ...o,
  kind: 'switch',
  check: (value) => (value === 'yes' || value === 'no' ? null : 'Use yes or no.'),
});

export const choiceParameter = (o: Described & { readonly choices: NonNullable<Parameter['choices']> }): Parameter => ({
  ...o,
  kind: 'choice',
  check: (value) =>
    o.choices.some((choice) => choice.value === value) ? null : `Use one of ${o.choices.map((choice) => choice.value).join(', ')}.`,
});

/** Text that matches `pattern`, or is empty where that is allowed. */
export const textParameter = (
  o: Described & { readonly pattern: RegExp; readonly reason: string; readonly mayBeEmpty: boolean },
): Parameter => {
  const { pattern, reason, mayBeEmpty, ...rest } = o;
  return { ...rest, kind: 'text', check: (value) => ((value === '' && mayBeEmpty) || pattern.test(value) ? null : reason) };
};

/** An address of a package index, mirror or proxy; credentials belong in a secret, not in an address that others can read in the process list. */
export const urlParameter = (o: Described): Parameter => ({
  ...o,
  kind: 'text',
  check: (value) => {
    if (value === '') return null;
    if (value.length > 300 || /\s/.test(value) || !URL.canParse(value)) return 'Use an address like https://host/path.';
    const { protocol, username, password } = new URL(value);
    if (protocol !== 'https:' && protocol !== 'http:') return 'Use an address that begins with https:// or http://.';
    return username === '' && password === '' ? null : 'Leave user and password out of the address.';
  },
});
