import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runSetup } from '../../electron/cli/setup.ts';

/** Each run has a lab of its own, which ends with it. */
describe('npm run setup on the bare lab', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ada-cli-lab-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const setup = async (...argv: readonly string[]): Promise<{ readonly exitCode: number; readonly out: string }> => {
    const lines: string[] = [];
    const exitCode = await runSetup(['--lab-bare', '--recipe', 'least-privilege', '--data-folder', folder, ...argv], {
      terminal: null,
      print: (line) => lines.push(line),
      note: (line) => lines.push(line),
      homeFolder: folder,
      folder,
      shippedFolder: join('out', 'images-shim'),
      labScript: join('out', 'lab', 'lab.cjs'),
      environment: { PATH: process.env['PATH'] },
      platform: 'linux',
      interrupted: new AbortController().signal,
    });
    return { exitCode, out: lines.join('\n') };
  };

  it('plans and applies without a person, since the lab needs no password of anybody', async () => {
    expect((await setup()).exitCode).toBe(2);
    const applied = await setup('--apply', '--yes');
    expect(applied.exitCode, applied.out).toBe(0);
    expect(applied.out).toContain('Done.');
  });
});
