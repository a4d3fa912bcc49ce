import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toPanelError } from '../../shared/errors.ts';
import type { ExecOptions, ExecResult, Transport } from '../ssh/transport.ts';
import type { ListedDownload } from './download-list.ts';
import { endDownload, listDownloads, resumeDownload, startDownload } from './downloads.ts';

const FILE = randomBytes(3_000_000);
const SHA = createHash('sha256').update(FILE).digest('hex');
const NAME = 'a model.safetensors';

/** This machine as the host: the real shell, curl, setsid and sha256sum. */
const exec = (argv: readonly string[], { stdin = '' }: ExecOptions = {}): Promise<ExecResult> =>
  new Promise((resolve) => {
    const [program = '', ...args] = argv;
    const child = execFile(program === 'sh' ? 'dash' : program, args, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ exitCode, signal: null, stdout, stderr, elapsedMs: 0, truncated: false });
    });
    // A program that does not read its input may be gone already.
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
  });
const transport = { exec } as unknown as Transport;

describe('checkpoints fetched by the host', () => {
  let server: Server;
  let folder: string;
  let url: string;
  /** What the next answers do: bytes to send before the line breaks, or null. */
  let breaksAfter: number[] = [];
  let holds = false;
  let ranges: (string | undefined)[] = [];
  let tokens: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/page') {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<title>hello</title>');
        return;
      }
      if (request.url === '/gated' && request.headers.authorization !== 'Bearer hf_right') {
        response.writeHead(401).end();
        return;
      }
      if (request.url === '/none') {
        response.writeHead(404).end();
        return;
      }
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const body = FILE.subarray(from);
      response.writeHead(from > 0 ? 206 : 200, {
        'content-type': 'application/octet-stream',
        'content-length': body.length,
        'accept-ranges': 'bytes',
        'x-linked-size': FILE.length,
        'x-linked-etag': `"${request.url === '/wrong' ? SHA.replace(/^./, SHA.startsWith('0') ? '1' : '0') : SHA}"`,
        ...(from > 0 ? { 'content-range': `bytes ${from}-${FILE.length - 1}/${FILE.length}` } : {}),
      });
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      ranges.push(request.headers.range);
      tokens.push(request.headers.authorization);
      const broken = breaksAfter.shift();
      if (broken !== undefined) response.write(body.subarray(0, broken), () => response.destroy());
      else if (holds) response.write(body.subarray(0, 1_000_000));
      else response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-checkpoints-'));
    breaksAfter = [];
    holds = false;
    ranges = [];
    tokens = [];
  });
  afterEach(async () => {
    await endDownload(transport, folder, NAME, 'discard');
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (path: string, o: { readonly sha256?: string; readonly token?: string } = {}) =>
    startDownload(transport, folder, { url: `${url}${path}`, name: NAME, sha256: o.sha256 ?? null, token: o.token ?? null });
  const listed = async (want: (download: ListedDownload) => boolean): Promise<ListedDownload> => {
    const until = Date.now() + 15_000;
    for (;;) {
      const [download] = await listDownloads(transport, folder);
      if (download !== undefined && want(download)) return download;
      if (Date.now() > until) throw new Error(`not reached: ${JSON.stringify(download)}`);
    }
  };
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (thrown: unknown) => toPanelError(thrown).code,
    );

  it('arrives, is checked and put in place; what it needed meanwhile goes when it is taken off', async () => {
    await start('/file');
    expect(await listed(({ state }) => state === 'done')).toMatchObject({ totalBytes: FILE.length, sha256: SHA, foundSha256: SHA });
    expect(readFileSync(join(folder, NAME)).equals(FILE)).toBe(true);
    await endDownload(transport, folder, NAME, 'discard');
    expect(readdirSync(folder)).toEqual([NAME]);
  });

  it('takes a broken line up where it broke', async () => {
    breaksAfter = [1_200_000];
    await start('/file');
    await listed(({ state }) => state === 'done');
    expect(ranges[0]).toBeUndefined();
    expect(Number(/bytes=(\d+)-/.exec(ranges[1] ?? '')?.[1])).toBeGreaterThan(500_000);
    expect(readFileSync(join(folder, NAME)).equals(FILE)).toBe(true);
  });

  it('goes on by itself, is stopped with all its processes, and goes on from there', async () => {
    holds = true;
    await start('/file');
    const under = await listed(({ bytes }) => bytes > 900_000);
    expect(under.state).toBe('downloading');
    expect(await codeOf(start('/file'))).toBe('checkpoint-under-way');
    await endDownload(transport, folder, NAME, 'stop');
    const stopped = await listed(({ state }) => state === 'stopped');
    expect(stopped.bytes).toBeGreaterThan(900_000);
    const { stdout } = await exec(['pgrep', '-fc', `${folder}`]);
    expect(stdout.trim()).toBe('0');
    holds = false;
    await resumeDownload(transport, folder, stopped);
    await listed(({ state }) => state === 'done');
    expect(ranges.at(-1)).toBe(`bytes=${stopped.bytes}-`);
  });

  it('keeps a file whose checksum is wrong out of the folder', async () => {
    await start('/wrong');
    const wrong = await listed(({ state }) => state === 'wrong-checksum');
    expect(wrong.foundSha256).toBe(SHA);
    expect(existsSync(join(folder, NAME))).toBe(false);
  });

  it('the operator’s checksum goes before the server’s', async () => {
    await start('/wrong', { sha256: SHA });
    await listed(({ state }) => state === 'done');
  });

  it('gated: refused in words without a token, had with it, and the token is in no file', async () => {
    expect(await codeOf(start('/gated'))).toBe('checkpoint-gated');
    holds = true;
    await start('/gated', { token: 'hf_right' });
    await listed(({ bytes }) => bytes > 900_000);
    expect(tokens.at(-1)).toBe('Bearer hf_right');
    for (const name of readdirSync(join(folder, '.ada-panel')).filter((file) => !file.endsWith('.part')))
      expect(readFileSync(join(folder, '.ada-panel', name), 'utf8')).not.toContain('hf_right');
    const { stdout } = await exec(['ps', '-eo', 'args']);
    expect(stdout).not.toContain('hf_right');
  });

  it('says no before anything is begun', async () => {
    expect(await codeOf(start('/none'))).toBe('checkpoint-not-found');
    expect(await codeOf(start('/page'))).toBe('checkpoint-is-a-page');
    await start('/file');
    await listed(({ state }) => state === 'done');
    expect(await codeOf(start('/file'))).toBe('checkpoint-there');
    expect(await codeOf(startDownload(transport, `${folder}/nowhere`, { url: `${url}/file`, name: NAME, sha256: null, token: null }))).toBe(
      'checkpoint-folder-missing',
    );
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(
      await codeOf(startDownload(transport, folder, { url: `http://127.0.0.1:${port}/x`, name: NAME, sha256: null, token: null })),
    ).toBe('checkpoint-server-away');
    expect(statSync(join(folder, NAME)).size).toBe(FILE.length);
  });
});
