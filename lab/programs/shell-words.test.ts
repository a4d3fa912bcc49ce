import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine, ShellSyntaxError } from './shell-words.ts';

const singleQuoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

describe('parseCommandLine', () => {
  it('gives back every argv that was single-quoted word by word', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (argv) => {
        expect(parseCommandLine(argv.map(singleQuoted).join(' ')).argv).toEqual(argv);
      }),
    );
  });

  it('gives back every argv that was escaped inside double quotes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (argv) => {
        const line = argv.map((word) => `"${word.replaceAll(/[$`"\\]/g, '\\$&')}"`).join(' ');
        expect(parseCommandLine(line).argv).toEqual(argv);
      }),
    );
  });

  it('never fails otherwise than with ShellSyntaxError', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        try {
          parseCommandLine(line);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ShellSyntaxError);
        }
      }),
    );
  });

  it('takes assignments in front off and expands variables', () => {
    const command = parseCommandLine('PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C systemctl show -p Id', { PATH: '/usr/bin' });
    expect(command).toEqual({ environment: { PATH: '/usr/bin:/usr/sbin:/sbin', LC_ALL: 'C' }, argv: ['systemctl', 'show', '-p', 'Id'] });
  });

  it('does not take a quoted word for an assignment, nor one after the command', () => {
    expect(parseCommandLine("'A=1' B=2").argv).toEqual(['A=1', 'B=2']);
    expect(parseCommandLine('env A=1').argv).toEqual(['env', 'A=1']);
  });

  it.each(["echo 'open", 'a | b', 'a; b', 'a $(b)', 'a `b`', 'a && b', 'a > b'])('refuses %s', (line) => {
    expect(() => parseCommandLine(line)).toThrow(ShellSyntaxError);
  });
});
