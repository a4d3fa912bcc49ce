import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAst } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newerThanNode12 } from './testing/node-12.ts';

/** By a real Node 12, where there is one: `ADA_NODE_12=/path/to/node npm run unit -- built-file`. */
const NODE = process.env['ADA_NODE_12'] ?? process.execPath;
const ROOT = join(import.meta.dirname, '..', '..');
// Inside the checkout, whose package.json says that a .js file is a module of the other kind.
mkdirSync(join(ROOT, 'out'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'out', 'images-shim-'));
const file = join(folder, 'images-shim.cjs');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts the built file; resolves when it has said what is waited for. */
function start(environment: Readonly<Record<string, string>>, said: RegExp): Promise<{ process: ChildProcess; output: () => string }> {
  const started = spawn(NODE, [file], { env: { PATH: process.env['PATH'], ...environment }, cwd: folder });
  let text = '';
  return new Promise((resolve, reject) => {
    const take = (part: Buffer): void => {
      text += part.toString();
      if (said.test(text)) resolve({ process: started, output: () => text });
    };
    started.stdout.on('data', take);
    started.stderr.on('data', take);
    started.once('error', reject);
    started.once('exit', () => reject(new Error(`it ended: ${text}`)));
  });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode === null ? new Promise((resolve) => child.once('exit', (code) => resolve(code))) : Promise.resolve(child.exitCode);

describe('the built images shim', () => {
  beforeAll(async () => {
    const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const words = [vite, 'build', '-c', 'vite.node.config.ts', '--logLevel', 'warn', '--outDir', folder, '--emptyOutDir'];
    await promisify(execFile)(process.execPath, words, { cwd: ROOT, env: { ...process.env, TARGET: 'images-shim' } });
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is one file that needs nothing but Node', () => {
    expect(readdirSync(folder)).toEqual(['images-shim.cjs']);
    const needed = [...readFileSync(file, 'utf8').matchAll(/require\("([^"]+)"\)/g)].map((found) => found[1]);
    expect(needed.sort()).toEqual(['crypto', 'fs', 'http']);
  });

  it('says nothing that Node 12 does not understand', () => {
    expect(newerThanNode12(parseAst(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('would notice', () => {
    const newer =
      'class A { #b() {} } a?.b; a ?? b; a ||= b; c.at(0); "".replaceAll("a", "b"); fetch(""); require("node:fs"); /a/d; Object.hasOwn(a, "b");';
    expect(newerThanNode12(parseAst(newer)).map((found) => found.split(' ')[0])).toEqual([
      'private-method',
      'optional-chaining',
      '??',
      '||=',
      '.at()',
      '.replaceAll()',
      'fetch',
      'node:',
      'RegExp-flag',
      '.hasOwn()',
    ]);
  });

  it('runs, answers and ends when told', async () => {
    const port = await freePort();
    const shim = await start({ SHIM_MODE: 'stub', SHIM_PORT: String(port), SHIM_GRAPH_TEMPLATE_PATH: '/old.json' }, /not-used/);
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).toEqual({ status: 'ok' });
    const answer = await fetch(`http://127.0.0.1:${port}/v1/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"prompt":"an apple"}',
    });
    expect(((await answer.json()) as { data: readonly unknown[] }).data).toHaveLength(1);
    const end = ended(shim.process);
    shim.process.kill('SIGTERM');
    expect(await end).toBe(0);
    expect(shim.output()).toMatch(/^<6>listening port=\d+ mode="stub"/);
    expect(shim.output()).toMatch(/<5>not-used variables="SHIM_GRAPH_TEMPLATE_PATH"/);
    expect(shim.output()).not.toContain('apple');
  });

  it('refuses a setting that makes no sense, with words and the status that keeps systemd from trying again', async () => {
    await expect(start({ SHIM_TIMEOUT_S: 'soon' }, /never said/)).rejects.toThrow(/<3>cannot-start said="SHIM_TIMEOUT_S must be/);
  });
});
