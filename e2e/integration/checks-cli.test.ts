import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runChecksCommand } from '../../electron/cli/checks.ts';
import { openLab } from '../../electron/cli/open-lab.ts';
import { whyNoRealHost } from '../host/image.ts';
import { promtool } from '../host/promtool.ts';

const Document = z.object({
  host: z.string(),
  checks: z.array(z.object({ id: z.string(), group: z.string(), cost: z.string(), verdict: z.string(), summary: z.string() })),
});

/** Each run has a lab of its own, which ends with it. */
describe('npm run checks on the lab', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ada-checks-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = async (...argv: readonly string[]) => {
    const out: string[] = [];
    const notes: string[] = [];
    const exitCode = await runChecksCommand(['--data-folder', folder, ...argv], {
      terminal: null,
      print: (line) => out.push(line),
      note: (line) => notes.push(line),
      homeFolder: folder,
      folder,
      environment: { PATH: process.env['PATH'] },
      platform: 'linux',
      interrupted: new AbortController().signal,
      command: 'npm run checks --',
      openLab: async (info, faults) => (await openLab(join('out', 'lab', 'lab.cjs'), info, faults)).running,
      secrets: { read: () => null, write: () => {}, forget: () => {}, values: () => [] },
    });
    return { exitCode, out: out.join('\n'), notes: notes.join('\n') };
  };

  it('finds the healthy lab in order, without an image or a load', async () => {
    const { exitCode, out, notes } = await run('--lab', '--json');
    const { host, checks } = Document.parse(JSON.parse(out));
    expect(host).toBe('Lab');
    expect(checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn' || verdict === 'unknown')).toEqual([]);
    expect(exitCode, notes).toBe(0);
    expect(new Set(checks.map(({ cost }) => cost))).toEqual(new Set(['reads']));
    expect(checks.length).toBeGreaterThan(50);
  });

  it('ends with 1 where something is broken, with evidence and remedy on the terminal', async () => {
    const { exitCode, out } = await run('--lab', '--fault', 'shim-down', '--group', 'backend', '--group', 'proxy');
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^FAIL shim-api/m);
    expect(out).toContain('→');
    expect(out).not.toMatch(/^gateway$/m);
  });

  it('ends with 3 where nothing could be checked, and says why', async () => {
    expect(await run('--lab', '--fault', 'no-such-fault')).toMatchObject({
      exitCode: 3,
      out: '',
      notes: expect.stringContaining('no-such-fault'),
    });
    expect(await run('--host', 'nobody')).toMatchObject({ exitCode: 3, notes: expect.stringContaining('No host is named nobody.') });
    expect(await run('--lab', '--check', 'nothing')).toMatchObject({
      exitCode: 3,
      notes: expect.stringContaining('There is no check nothing.'),
    });
  });

  it('asks the gateway with the token of a file', async () => {
    writeFileSync(join(folder, 'token'), 'wrong\n');
    const { exitCode, out } = await run('--lab', '--check', 'token', '--token-file', 'token');
    expect(exitCode).toBe(1);
    expect(out).not.toContain('wrong');
    expect(await run('--lab', '--check', 'token', '--token-file', 'none')).toMatchObject({ exitCode: 3 });
  });

  it('saves JUnit, Markdown and metrics side by side', async () => {
    await run('--lab', '--group', 'gpu', '--junit', 'checks.xml', '--markdown', 'checks.md', '--prom', 'checks.prom');
    expect(readFileSync(join(folder, 'checks.xml'), 'utf8')).toContain('<testsuite name="gpu"');
    expect(readFileSync(join(folder, 'checks.md'), 'utf8')).toContain('# Checks of Lab');
    expect(readFileSync(join(folder, 'checks.prom'), 'utf8')).toContain('ada_panel_check_verdict{host="Lab",check="');
  });

  it.skipIf(whyNoRealHost() !== null)('writes metrics that promtool has nothing to say about', async () => {
    await run('--lab', '--prom', 'all.prom');
    const input = readFileSync(join(folder, 'all.prom'));
    // It ends with a status, and prints what it would have written otherwise.
    expect(execFileSync(promtool(), ['check', 'metrics'], { input, encoding: 'utf8' })).toBe('');
    expect(() => execFileSync(promtool(), ['check', 'metrics'], { input: 'a b c\n', stdio: 'pipe' })).toThrow();
  });
});
