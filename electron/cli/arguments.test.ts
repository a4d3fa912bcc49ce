import { expect, it } from 'vitest';
import { toPanelError } from '../../shared/errors.ts';
import { readArguments } from './arguments.ts';
import { defaultDataFolder } from './data-folder.ts';

const failure = (...argv: readonly string[]): string => {
  try {
    readArguments(argv);
  } catch (thrown) {
    const error = toPanelError(thrown);
    return `${error.code}: ${error.message}`;
  }
  return 'none';
};

it('reads hosts, recipes and values; the first = ends the key', () => {
  expect(readArguments(['--host', 'ada2', '--recipe', 'a', '--recipe', 'b', '--set', 'a.url=http://x/?y=z', '--set', 'n='])).toMatchObject({
    host: 'ada2',
    recipes: ['a', 'b'],
    assignments: [
      { recipe: 'a', key: 'url', value: 'http://x/?y=z' },
      { recipe: null, key: 'n', value: '' },
    ],
    apply: false,
  });
  expect(readArguments(['--lab-bare', '--recipe', 'a', '--apply'])).toMatchObject({ host: null, apply: true });
  expect(readArguments(['--help', '--nonsense'].slice(0, 1))).toBeNull();
});

it('names what is wrong', () => {
  expect(failure('--host', 'a', '--lab-bare', '--recipe', 'a')).toBe('command-line-usage: Name one host: --host NAME or --lab-bare.');
  expect(failure('--host', 'a', '--recipe', 'a', '--recipe', 'a')).toContain('named twice');
  expect(failure('--host', 'a', '--recipe', 'a', '--nonsense')).toContain("'--nonsense'");
  expect(failure('--host', 'a', '--recipe', 'a', '--set', 'password')).toContain('--set password: use KEY=VALUE');
  expect(failure('--host', 'a', '--recipe', 'a', '--set', 'bad key=s3cret')).not.toContain('s3cret');
});

it('finds the folder of the panel on each system', () => {
  expect(defaultDataFolder('linux', {}, '/home/me')).toBe('/home/me/.config/Ada Panel');
  expect(defaultDataFolder('linux', { XDG_CONFIG_HOME: '/c' }, '/home/me')).toBe('/c/Ada Panel');
  expect(defaultDataFolder('darwin', {}, '/Users/me')).toBe('/Users/me/Library/Application Support/Ada Panel');
});
