import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOST_SCRIPTS } from '../../shared/host-scripts/index.ts';
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
    expect(remoteCommand(['systemctl', 'show', '-p', 'Id', "a'b"])).toBe(
      `PATH="$PATH:/usr/sbin:/sbin:/usr/lib/wsl/lib" LC_ALL=C systemctl show -p Id 'a'\\''b'`,
    );
  });
});
