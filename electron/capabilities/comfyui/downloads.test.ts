import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PATIENCE } from '../../../fixtures/patience.ts';
import { makeCertificate } from '../../../lab/base/certificate.ts';
import { toPanelError } from '../../../shared/errors.ts';
import type { ExecOptions, ExecResult } from '../../foundation/ssh/transport.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { downloadId } from './address.ts';
import type { ListedDownload } from './download-list.ts';
import { endDownload, listDownloads, resumeDownload, startDownload } from './downloads.ts';

/** A safetensors file: the length of its header, the header, and numbers. */
function model(header: object): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, randomBytes(3_000_000)]);
}
const FILE = model({ __metadata__: { version: '1' } });
const NEWER = model({ __metadata__: { version: '2' } });
const SHA = createHash('sha256').update(FILE).digest('hex');
const NAME = 'a model.safetensors';
const home = mkdtempSync(join(tmpdir(), 'ada-home-'));
const authorityFile = join(home, 'authority.pem');

/** This machine as the host: the real shell, curl, setsid and sha256sum. */
const exec = (argv: readonly string[], { stdin = '' }: ExecOptions): Promise<ExecResult> =>
  new Promise((resolve) => {
    const [program = '', ...args] = argv;
    const env = { PATH: process.env['PATH'], HOME: home, CURL_CA_BUNDLE: authorityFile };
    const child = execFile(program === 'sh' ? 'dash' : program, args, { env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ exitCode, signal: null, stdout, stderr, elapsedMs: 0, truncated: false });
    });
    // A program that does not read its input may be gone already.
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
  });
const { transport } = createFakeTransport(exec);

describe('checkpoints fetched by the host', () => {
  let server: Server;
  const plain = createPlainServer((_request, response) => response.end(FILE));
  let plainPort = 0;
  let folder: string;
  let url: string;
  /** What the next answers do: bytes to send before the line breaks, or null. */
  let breaksAfter: number[] = [];
  let holds = false;
  /** What the server has, and how it marks it. */
  let file = FILE;
  let marks: Readonly<Record<string, string>> = { etag: '"one"' };
  let requested: string[] = [];
  let whenBroken = (): void => {};
  /** The same server under another name. */
  const elsewhere = (): string => url.replace('127.0.0.1', 'localhost');
  let ranges: (string | undefined)[] = [];
  let tokens: (string | undefined)[] = [];

  beforeAll(async () => {
    const { certificate, privateKey } = await makeCertificate({
      commonName: '127.0.0.1',
      names: ['127.0.0.1', 'localhost'],
      days: 2,
      isAuthority: true,
    });
    writeFileSync(authorityFile, certificate);
    server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
      const [path = ''] = (request.url ?? '').split('?');
      requested.push(`${request.method} ${request.url}`);
      const answers: Readonly<Record<string, () => void>> = {
        '/page': () => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>hello</title>'),
        '/pointer': () => response.end(`version https://git-lfs.github.com/spec/v1\noid sha256:${SHA}\nsize 6938078334\n`),
        '/text': () => response.end('Not found, sorry. Please log in first.'),
        '/limited': () => response.writeHead(429).end('slow down'),
        '/none': () => response.writeHead(404).end('no'),
        '/to-elsewhere': () => response.writeHead(302, { location: `${elsewhere()}/file` }).end(),
        '/to-file': () => response.writeHead(302, { location: `file://${authorityFile}` }).end(),
        '/to-plain': () => response.writeHead(302, { location: `http://127.0.0.1:${plainPort}/file` }).end(),
      };
      const answer = answers[path];
      if (answer !== undefined) return answer();
      if (path === '/gated' && request.headers.authorization !== 'Bearer hf_right') return response.writeHead(401).end();
      if (path === '/login' && request.headers.authorization !== `Basic ${Buffer.from('user:p@ss w"rd').toString('base64')}`)
        return response.writeHead(401).end();
      if (path === '/presigned' && (request.method === 'HEAD' || !(request.url ?? '').includes('X-Sig=s3cr3t')))
        return response.writeHead(403).end();
      // As servers of HTTP/1.0 do: the end of the connection is the end of the file.
      if (path === '/until-closed') {
        response.useChunkedEncodingByDefault = false;
        return response.writeHead(200, { 'content-type': 'application/octet-stream', ...marks }).end(file.subarray(0, breaksAfter.shift()));
      }
      const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
      const isSame = request.headers['if-range'] === undefined || Object.values(marks).includes(String(request.headers['if-range']));
      const hasRanges = path !== '/no-ranges' && isSame && range !== null;
      const from = hasRanges ? Number(range[1]) : 0;
      const to = hasRanges && range[2] !== '' ? Number(range[2]) + 1 : file.length;
      const isFirstCheck = range?.[2] === '15';
      const body = file.subarray(from, to);
      response.writeHead(hasRanges ? 206 : 200, {
        'content-type': 'application/octet-stream',
        'content-length': body.length,
        ...marks,
        ...(path === '/unknown' || path === '/no-ranges' || path === '/presigned'
          ? {}
          : {
              'x-linked-size': file.length,
              'x-linked-etag': `"${path === '/wrong' ? SHA.replace(/^./, SHA.startsWith('0') ? '1' : '0') : createHash('sha256').update(file).digest('hex')}"`,
            }),
        ...(hasRanges ? { 'content-range': `bytes ${from}-${to - 1}/${file.length}` } : {}),
      });
      if (request.method === 'HEAD' || isFirstCheck) return response.end(request.method === 'HEAD' ? undefined : body);
      ranges.push(hasRanges ? request.headers.range : undefined);
      tokens.push(request.headers.authorization);
      const broken = breaksAfter.shift();
      if (broken !== undefined)
        response.write(body.subarray(0, broken), () => {
          whenBroken();
          response.destroy();
        });
      else if (holds) response.write(body.subarray(0, 1_000_000));
      else response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    plainPort = (plain.address() as AddressInfo).port;
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    plain.close();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-checkpoints-'));
    breaksAfter = [];
    holds = false;
    file = FILE;
    marks = { etag: '"one"' };
    requested = [];
    whenBroken = () => {};
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
    const until = Date.now() + PATIENCE.timeout;
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

  const stateFolder = join(home, '.local', 'state', 'ada-panel', 'downloads');
  /** Neither in a file of the download nor in the process list. */
  const expectNowhere = async (secret: string): Promise<void> => {
    for (const name of readdirSync(stateFolder)) expect(readFileSync(join(stateFolder, name), 'utf8'), name).not.toContain(secret);
    const { stdout } = await transport.exec(['ps', '-eo', 'args']);
    expect(stdout).not.toContain(secret);
  };

  it('arrives, is checked and put in place; what it needed meanwhile goes when it is taken off', async () => {
    await start('/file');
    expect(await listed(({ state }) => state === 'done')).toMatchObject({ totalBytes: FILE.length, sha256: SHA, foundSha256: SHA });
    expect(readFileSync(join(folder, NAME)).equals(FILE)).toBe(true);
    await endDownload(transport, folder, NAME, 'discard');
    expect(readdirSync(folder)).toEqual([NAME]);
    expect(readdirSync(stateFolder)).toEqual([]);
    expect(statSync(stateFolder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, NAME)).mode & 0o777).toBe(0o644);
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
    const { stdout } = await transport.exec(['pgrep', '-fc', `${folder}`]);
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
    await expectNowhere('hf_right');
  });

  it('keeps what an address lets in out of every file and the process list, and goes on with it while the panel knows it', async () => {
    holds = true;
    const secret = `${url}/presigned?type=Model&X-Sig=s3cr3t&token=hf_hidden`;
    await startDownload(transport, folder, { url: secret, name: NAME, sha256: null, token: null });
    const under = await listed(({ bytes }) => bytes > 900_000);
    expect(under.url).toBe(`${url}/presigned?type=Model`);
    await expectNowhere('s3cr3t');
    await expectNowhere('hf_hidden');
    await endDownload(transport, folder, NAME, 'stop');
    const stopped = await listed(({ state }) => state === 'stopped');
    expect(await codeOf(resumeDownload(transport, folder, stopped))).toBe('checkpoint-address-needed');
    holds = false;
    await resumeDownload(transport, folder, stopped, { url: secret, token: null });
    await listed(({ state }) => state === 'done');
    expect(ranges.at(-1)).toBe(`bytes=${stopped.bytes}-`);
    expect(requested.some((line) => line.startsWith('HEAD'))).toBe(false);
  });

  it.each(['/d/hf_hiddenInThePath/file', '/d;token=hiddenInThePath/file', '/file?name=hf_hiddenInThePath'])(
    'keeps what lets in elsewhere in an address as well: %s',
    async (path) => {
      holds = true;
      await start(path);
      const under = await listed(({ bytes }) => bytes > 900_000);
      expect(requested.at(-1)).toBe(`GET ${path}`);
      expect(under.hasSecret).toBe(true);
      await expectNowhere('hiddenInThePath');
    },
  );

  it('sends the token to the server that was named, not to where it redirects', async () => {
    await start('/to-elsewhere', { token: 'hf_right' });
    await listed(({ state }) => state === 'done');
    expect(tokens.at(-1)).toBeUndefined();
  });

  it('is not changed by what the configuration of curl prints', async () => {
    writeFileSync(join(home, '.curlrc'), 'verbose\ninclude\nprogress-bar\n');
    try {
      await start('/gated', { token: 'hf_right' });
      await listed(({ state }) => state === 'done');
      await expectNowhere('hf_right');
      expect(readFileSync(join(folder, NAME)).equals(FILE)).toBe(true);
    } finally {
      rmSync(join(home, '.curlrc'));
    }
  });

  it('is not taken for another download that has the number of its process by now', async () => {
    holds = true;
    await start('/file');
    await listed(({ bytes }) => bytes > 900_000);
    await endDownload(transport, folder, NAME, 'stop');
    const other = 'other.safetensors';
    await startDownload(transport, folder, { url: `${url}/file`, name: other, sha256: null, token: null });
    const [mine = '', its = ''] = [NAME, other].map((name) => join(stateFolder, `${downloadId(folder, name)}.pid`));
    writeFileSync(mine, readFileSync(its));
    const stateOf = async (name: string) => (await listDownloads(transport, folder)).find((download) => download.name === name)?.state;
    expect(await stateOf(NAME)).toBe('stopped');
    await endDownload(transport, folder, NAME, 'discard');
    expect(await stateOf(other)).toBe('downloading');
    await endDownload(transport, folder, other, 'discard');
  });

  it('a user and a password in the address reach the server, and nothing else', async () => {
    holds = true;
    const secret = `${url.replace('https://', 'https://user:p%40ss%20w%22rd@')}/login`;
    await startDownload(transport, folder, { url: secret, name: NAME, sha256: null, token: null });
    const under = await listed(({ bytes }) => bytes > 900_000);
    expect(under.url).toBe(`${url}/login`);
    await expectNowhere('p@ss');
    await expectNowhere('p%40ss');
  });

  it.each([
    ['a new ETag', { etag: '"one"' }, { etag: '"two"' }],
    ['a new date', { 'last-modified': 'Mon, 02 Mar 2026 08:00:00 GMT' }, { 'last-modified': 'Tue, 03 Mar 2026 08:00:00 GMT' }],
    ['no mark at all', {}, {}],
    ['a weak ETag, which says too little', { etag: 'W/"one"' }, { etag: 'W/"one"' }],
  ])('a file that was replaced on the server begins anew: %s', async (_what, before, after) => {
    marks = before as typeof marks;
    holds = true;
    await start('/unknown');
    await listed(({ bytes }) => bytes > 900_000);
    await endDownload(transport, folder, NAME, 'stop');
    const stopped = await listed(({ state }) => state === 'stopped');
    file = NEWER;
    marks = after as typeof marks;
    holds = false;
    await resumeDownload(transport, folder, stopped);
    expect((await listed(({ state }) => state !== 'downloading' && state !== 'checking')).state).toBe('done');
    expect(readFileSync(join(folder, NAME)).equals(NEWER)).toBe(true);
    expect(ranges.at(-1)).toBeUndefined();
  });

  it('a file that is replaced while a connection is broken begins anew', async () => {
    breaksAfter = [1_200_000];
    whenBroken = () => {
      file = NEWER;
      marks = { etag: '"two"' };
    };
    await start('/unknown');
    expect((await listed(({ state }) => state !== 'downloading' && state !== 'checking')).state).toBe('done');
    expect(readFileSync(join(folder, NAME)).equals(NEWER)).toBe(true);
    // Asked for from where it broke, the server gives another file whole; curl takes none of that, and it is asked for from the start.
    expect(ranges).toEqual([undefined, undefined, undefined]);
  });

  it.each(['/file', '/no-ranges'])('a server without ranges, and one with them, give the whole file after a stop: %s', async (path) => {
    holds = true;
    await start(path);
    await listed(({ bytes }) => bytes > 900_000);
    await endDownload(transport, folder, NAME, 'stop');
    holds = false;
    await resumeDownload(transport, folder, await listed(({ state }) => state === 'stopped'));
    await listed(({ state }) => state === 'done');
    expect(readFileSync(join(folder, NAME)).equals(FILE)).toBe(true);
  });

  it.each([
    ['/page', 'checkpoint-is-a-page'],
    ['/pointer', 'checkpoint-is-a-pointer'],
    ['/text', 'checkpoint-not-safetensors'],
    ['/to-file', 'checkpoint-server-away'],
    ['/to-plain', 'checkpoint-server-away'],
  ])('what is no checkpoint is not begun: %s', async (path, code) => {
    expect(await codeOf(start(path))).toBe(code);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('what turns out to be no checkpoint is not put in place', async () => {
    holds = true;
    await start('/unknown');
    await listed(({ bytes }) => bytes > 900_000);
    await endDownload(transport, folder, NAME, 'stop');
    const [work = ''] = readdirSync(folder);
    const [part = ''] = readdirSync(join(folder, work));
    writeFileSync(join(folder, work, part), Buffer.concat([Buffer.alloc(9), FILE.subarray(9, 1_000_000)]));
    holds = false;
    await resumeDownload(transport, folder, await listed(({ state }) => state === 'stopped'));
    expect((await listed(({ state }) => state === 'failed')).problem).toContain('not a safetensors file');
    expect(existsSync(join(folder, NAME))).toBe(false);
  });

  it('what ends too early without a size named is not put in place', async () => {
    file = model({ __metadata__: {}, a: { dtype: 'F32', shape: [2, 5], data_offsets: [0, 40] }, b: { data_offsets: [40, 3_000_000] } });
    breaksAfter = [file.length, 2_000_000];
    await start('/until-closed');
    expect((await listed(({ state }) => state === 'failed')).problem).toContain('incomplete');
    expect(existsSync(join(folder, NAME))).toBe(false);
    await endDownload(transport, folder, NAME, 'discard');
    await start('/until-closed');
    expect(await listed(({ state }) => state === 'done')).toMatchObject({ totalBytes: file.length, bytes: file.length });
    expect(readFileSync(join(folder, NAME)).equals(file)).toBe(true);
  });

  it('keeps a long address whole', async () => {
    holds = true;
    const path = `/${'long/'.repeat(600)}file`;
    await start(path);
    expect((await listed(({ state }) => state === 'downloading')).url).toBe(`${url}${path}`);
  });

  it('believes nothing that others put into the models folder', async () => {
    const planted = join(folder, '.ada-panel');
    mkdirSync(planted);
    writeFileSync(join(planted, `${NAME}.url`), `file://${authorityFile}\n`);
    writeFileSync(join(planted, `${NAME}.name`), `${NAME}\n`);
    expect(await listDownloads(transport, folder)).toEqual([]);
    // A folder in the place of the private one, with a link for what arrives.
    const work = join(folder, `.ada-panel-${process.getuid?.()}`);
    mkdirSync(work, { mode: 0o777 });
    chmodSync(work, 0o777);
    const precious = join(home, 'precious');
    writeFileSync(precious, 'keep');
    symlinkSync(precious, join(work, 'x.part'));
    expect(await codeOf(start('/file'))).toBe('checkpoint-folder-not-private');
    rmSync(work, { recursive: true });
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    chmodSync(elsewhere, 0o700);
    symlinkSync(elsewhere, work);
    expect(await codeOf(start('/file'))).toBe('checkpoint-folder-not-private');
    rmSync(work);
    // A link in the place of the finished file.
    symlinkSync(precious, join(folder, NAME));
    expect(await codeOf(start('/file'))).toBe('checkpoint-there');
    expect(readFileSync(precious, 'utf8')).toBe('keep');
  });

  it('works in a folder that hands its group on, as shared models folders do', async () => {
    chmodSync(folder, 0o2775);
    await start('/file');
    await listed(({ state }) => state === 'done');
    expect(readFileSync(join(folder, NAME)).equals(FILE)).toBe(true);
  });

  it('reads what is saved as input again', async () => {
    holds = true;
    await start('/unknown');
    await listed(({ bytes }) => bytes > 900_000);
    await endDownload(transport, folder, NAME, 'stop');
    const saved = readdirSync(stateFolder).find((name) => name.endsWith('.url')) ?? '';
    writeFileSync(join(stateFolder, saved), `file://${authorityFile}\n`);
    const forged = await listed(({ state }) => state === 'stopped');
    expect(forged.url).toBe('');
    expect(await codeOf(resumeDownload(transport, folder, forged))).toBe('checkpoint-address-needed');
    writeFileSync(join(stateFolder, saved.replace('.url', '.name')), '../../.ssh/id_ed25519\n');
    expect(await listDownloads(transport, folder)).toEqual([]);
    rmSync(stateFolder, { recursive: true });
  });

  it.each(['Größe 模型 [v2], “final” & co.safetensors', "it's $(id) `x` *.safetensors", 'ＸＬ—μ.SFT'])(
    'takes the name %s',
    async (name) => {
      await startDownload(transport, folder, { url: `${url}/file`, name, sha256: null, token: null });
      const done = await listed(({ state }) => state === 'done');
      expect(done.name).toBe(name);
      expect(readFileSync(join(folder, name)).equals(FILE)).toBe(true);
      await endDownload(transport, folder, name, 'discard');
    },
  );

  it('says no before anything is begun', async () => {
    expect(await codeOf(start('/none'))).toBe('checkpoint-not-found');
    expect(await codeOf(start('/page'))).toBe('checkpoint-is-a-page');
    const refused = (path: string) => start(path).then(() => null, toPanelError);
    expect(await refused('/presigned?X-Sig=old')).toMatchObject({ message: expect.stringContaining('expired') });
    expect(await refused('/limited')).toMatchObject({ message: expect.stringContaining('429'), hint: expect.stringContaining('Wait') });
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
      await codeOf(startDownload(transport, folder, { url: `https://127.0.0.1:${port}/x`, name: NAME, sha256: null, token: null })),
    ).toBe('checkpoint-server-away');
    expect(statSync(join(folder, NAME)).size).toBe(FILE.length);
  });
});
