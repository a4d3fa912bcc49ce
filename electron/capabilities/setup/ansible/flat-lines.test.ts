import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flatLinesOf } from './flat-lines.ts';

/** Sets keys of a flat file and leaves every other line. */
const setting =
  (values: Readonly<Record<string, string>>, separator: string) =>
  (present: string | null): string => {
    const lines = present === null ? [] : present.split('\n').slice(0, -1);
    for (const [key, value] of Object.entries(values)) {
      const at = lines.findLastIndex((line) => new RegExp(`^${key} *[:=]`).test(line));
      if (at >= 0) lines[at] = `${key}${separator}${value}`;
      else lines.push(`${key}${separator}${value}`);
    }
    return lines.map((line) => `${line}\n`).join('');
  };

it('turns an edit of a flat file into its lines', () => {
  const edit = setting({ host: '127.0.0.1', port: '9090' }, ': ');
  expect(flatLinesOf(edit, '# mine\nport: 1\nother: x\n')).toEqual([
    { regexp: '^host *[:=]', line: 'host: 127.0.0.1', isHead: false },
    { regexp: '^port *[:=]', line: 'port: 9090', isHead: false },
  ]);
  const withHead = (present: string | null): string => (present === null ? `# By a program (1).\n${edit(null)}` : edit(present));
  expect(flatLinesOf(withHead, null)?.[0]).toEqual({ regexp: '^# By a program \\(1\\)\\.$', line: '# By a program (1).', isHead: true });
});

it('knows an edit that is none: nested, with another order, or with lines removed', () => {
  expect(flatLinesOf(() => 'a:\n  b: 1\n', null)).toBeNull();
  expect(flatLinesOf(() => 'a: 1\n# late\n', null)).toBeNull();
  expect(flatLinesOf(() => 'a: 1\na: 2\n', null)).toBeNull();
  expect(flatLinesOf(() => 'a: 1\n', 'b: 2\n')).toBeNull();
  expect(flatLinesOf((present) => (present === null ? 'a: 1\n' : `a: 1\n${present}`), 'b: 2\n')).toBeNull();
});

it('gives lines for every edit that sets keys, whatever the file holds', () => {
  const key = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
  const value = fc.stringMatching(/^[ -~]{0,12}$/);
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true }), fc.array(value), (values, lines) => {
      expect(flatLinesOf(setting(values, '='), lines.map((line) => `${line}\n`).join(''))).toHaveLength(Object.keys(values).length);
    }),
  );
});
