import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitWord } from './backend-unit.ts';
import { readUnit, unitEnvironment, unitValue, unitValues, unitWords } from './unit-file.ts';

describe('readUnit', () => {
  it('reads sections, repeated keys, comments and continuation lines', () => {
    const unit = readUnit(`# comment
[Unit]
Description=A unit
; comment
[Service]
  ExecStart = /bin/one \\
# a comment between does not end the line
    --two \\
    three
Environment="A=1 2" B=3
Environment=A=4
Path=ends\\\\
ExecStart=/bin/second
`);
    expect(unitValue(unit, 'Unit', 'Description')).toBe('A unit');
    expect(unitValues(unit, 'Service', 'ExecStart').map(unitWords)).toEqual([['/bin/one', '--two', 'three'], ['/bin/second']]);
    expect(unitValue(unit, 'Service', 'Path')).toBe('ends\\\\');
    expect([...unitEnvironment(unit)]).toEqual([
      ['A', '4'],
      ['B', '3'],
    ]);
    expect(unit.findings).toEqual([]);
  });

  it('merges drop-ins in their order; an empty assignment removes the values before it', () => {
    const unit = readUnit(
      '[Service]\nExecStart=/bin/old\nUser=one\nReadWritePaths=/a\n',
      '[Service]\nExecStart=\nExecStart=/bin/new\nReadWritePaths=/b\n',
      '[Service]\nUser=\n',
    );
    expect(unitValues(unit, 'Service', 'ExecStart')).toEqual(['/bin/new']);
    expect(unitValues(unit, 'Service', 'ReadWritePaths')).toEqual(['/a', '/b']);
    expect(unitValue(unit, 'Service', 'User')).toBeNull();
    expect(unitValue(unit, 'Service', 'Group')).toBeNull();
  });

  it('names the lines that systemd ignores', () => {
    expect(readUnit('User=x\n[Service\nUser=y\n[Service]\nword\n=z\n').findings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '1 The line is in no section; it is ignored.',
      '2 The section header is not closed; the lines below it are ignored.',
      '3 The line is in no section; it is ignored.',
      '5 The line has no "="; it is ignored.',
      '6 The line has no "="; it is ignored.',
    ]);
  });

  const name = fc.stringMatching(/^[A-Z][A-Za-z]{0,8}$/);
  // A line that continues may begin with neither # nor ;, and the last may not end in a backslash.
  const value = fc.stringMatching(/^[!"$-:<-[\]-~]([ !"$-:<-~]{0,20}[!"$-:<-[\]-~])?$/);

  it('reads what was written, however its lines are broken and commented', () => {
    const assignments = fc.array(fc.tuple(name, name, value), { maxLength: 8 });
    fc.assert(
      fc.property(assignments, (wanted) => {
        const text = wanted
          .map(([section, key, set]) => `[${section}]\n# note\n ${key} = ${set.replaceAll(' ', ' \\\n; note\n')}\n`)
          .join('\n');
        const unit = readUnit(text);
        for (const [section, key] of wanted) {
          const values = wanted.filter(([s, k]) => s === section && k === key).map(([, , set]) => set.replaceAll(/ +/g, ' '));
          expect(unitValues(unit, section, key).map((set) => set.replaceAll(/ +/g, ' '))).toEqual(values);
        }
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[[\]=\\#; a\n"'%x0-9]{0,30}$/))), (texts) => {
        const unit = readUnit(...texts);
        unitEnvironment(unit);
        for (const keys of unit.sections.values()) for (const values of keys.values()) values.forEach(unitWords);
      }),
    );
  });
});

describe('unitWords', () => {
  it('resolves quotes and escapes', () => {
    expect(unitWords(`a "b c" d'e f' \\x41\\102\\n "\\"" '' \\q`)).toEqual(['a', 'b c', 'de f', 'AB\n', '"', '', '\\q']);
    expect(unitWords('"open end')).toEqual(['open end']);
  });

  it('reads back each word that unitWord wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { maxLength: 5 }), (words) => {
        expect(unitWords(words.map(unitWord).join(' '))).toEqual(words.map((word) => word.replaceAll('%', '%%')));
      }),
    );
  });
});
