import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOST_SCRIPTS } from '../../../shared/host-scripts/index.ts';
import { quoteArgument, quoteArgv, remoteCommand } from './quote.ts';

const argument = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !/[\0\r\n\ud800-\udfff]/.test(text));

describe.skipIf(process.platform === 'win32')('quoting', () => {
  it('comes back unchanged from a real shell, whatever the arguments hold', () => {
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 8 }), (args) => {
        const out = execFileSync('sh', ['-c', `printf '%s\\0' ${quoteArgv(['x', ...args])}`]).toString('utf8');
        expect(out.split('\0').slice(1, -1)).toEqual(args);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses NUL and line breaks, save in the fixed host scripts', () => {
    for (const bad of ['a\nb', 'a\0b', 'a\rb', `${HOST_SCRIPTS.facts.text}\nreboot`]) expect(() => quoteArgument(bad)).toThrow();
    for (const script of Object.values(HOST_SCRIPTS)) expect(quoteArgument(script.text)).toContain("'");
    expect(() => quoteArgv([])).toThrow();
  });

  it('sends a fixed locale and the system folders', () => {
    const answer = runIn('sh', ['sh', '-c', 'echo "$LC_ALL $PATH"']);
    expect(answer).toMatch(/^ada-mark\nC .*:\/usr\/sbin:\/sbin:\/usr\/lib\/wsl\/lib\nada-mark-end$/);
  });
});

/** What a shell makes of the line that an exec request carries. */
function runIn(shell: string, argv: readonly string[]): string {
  return execFileSync(shell, ['-c', remoteCommand(argv, 'ada-mark')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'csh', 'tcsh', 'fish', 'ksh', 'mksh', 'elvish', 'rc'];
const installed = SHELLS.filter((shell) => spawnSync(shell, ['-c', 'exit']).error === undefined);

describe.skipIf(process.platform === 'win32').each(installed)('a command through %s', (shell) => {
  it('arrives unchanged, whatever the arguments hold', () => {
    const nasty = `a'b"c $HOME \`id\` \\ * ; & | > < ! # ~ {x} é \\n !! !$ %s ^x ,,, \\\\`;
    expect(runIn(shell, ['printf', '%s', nasty])).toBe(`ada-mark\n${nasty}ada-mark-end`);
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 4 }), (args) => {
        expect(runIn(shell, ['printf', '%s-', 'x', ...args])).toBe(`ada-mark\n${['x', ...args].join('-')}-ada-mark-end`);
      }),
      { numRuns: 10 },
    );
  });

  it('may be a long script of several lines', () => {
    for (const script of Object.values(HOST_SCRIPTS))
      expect(runIn(shell, ['printf', '%s', script.text])).toBe(`ada-mark\n${script.text}ada-mark-end`);
    const long = 'y'.repeat(20_000);
    expect(runIn(shell, ['printf', '%s', long])).toBe(`ada-mark\n${long}ada-mark-end`);
  });
});
