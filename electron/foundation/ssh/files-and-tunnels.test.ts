import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toPanelError } from '../../../shared/errors.ts';
import { freePort, hasSshd, panel, startSshd, type TestPanel, type TestSshd } from '../../testing/test-sshd.ts';

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'no error',
    (thrown: unknown) => toPanelError(thrown).code,
  );

describe.skipIf(!hasSshd)('files and tunnels of a real sshd', () => {
  let sshd: TestSshd;
  let host: TestPanel;
  beforeAll(async () => {
    sshd = await startSshd();
    host = panel(sshd);
    host.connection.connect();
    await host.reach('online');
  });
  afterAll(async () => {
    host.connection.dispose();
    await sshd.stop();
  });

  it('writes a file whole, with its mode, keeps the old one, and leaves nothing behind', async () => {
    const file = join(sshd.folder, 'settings.yaml');
    await host.connection.writeFile(file, 'first', { mode: 0o640, backup: true });
    expect(readFileSync(file, 'utf8')).toBe('first');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const big = Buffer.alloc(300_000, 'x');
    await host.connection.writeFile(file, big, { mode: 0o600, backup: true });
    expect(readFileSync(file)).toEqual(big);
    const beside = readdirSync(sshd.folder).filter((name) => name.startsWith('settings.yaml'));
    expect(beside).toHaveLength(2);
    const backup = beside.find((name) => /^settings\.yaml\.ada-\d{8}T\d{6}Z\.bak$/.test(name));
    expect(readFileSync(join(sshd.folder, backup ?? ''), 'utf8')).toBe('first');
    expect(await host.connection.readFile(file)).toEqual(big);
  });

  it('reads files without a size, and names what is wrong', async () => {
    expect((await host.connection.readFile('/proc/self/status')).toString()).toContain('Name:');
    expect(await codeOf(host.connection.readFile('/no/such/file'))).toBe('file-missing');
    writeFileSync(join(sshd.folder, 'large'), Buffer.alloc(100_000));
    expect(await codeOf(host.connection.readFile(join(sshd.folder, 'large'), { maxBytes: 1000 }))).toBe('file-too-large');
  });

  it('says so when the server has no file transfer', async () => {
    const bare = await startSshd(['Subsystem none']);
    const other = panel(bare);
    other.connection.connect();
    await other.reach('online');
    expect(await codeOf(other.connection.readFile('/etc/hostname'))).toBe('sftp-missing');
    expect((await other.connection.exec(['echo', 'ok'])).stdout).toBe('ok\n');
    other.connection.dispose();
    await bare.stop();
  });

  it('carries HTTP to a port of the host without a local port', async () => {
    const body = 'y'.repeat(3_000_000);
    const server = createServer((request, response) => response.end(request.url === '/big' ? body : 'hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const fetchText = async (options: RequestOptions): Promise<string> =>
      await new Promise((resolve, reject) => {
        get({ ...options, agent: host.connection.httpAgent() }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(Buffer.concat(chunks).toString()));
        }).on('error', reject);
      });
    expect(await fetchText({ host: '127.0.0.1', port, path: '/' })).toBe('hello');
    expect(await fetchText({ host: '127.0.0.1', port, path: '/big' })).toBe(body);
    server.close();
    expect(await codeOf(fetchText({ host: '127.0.0.1', port: await freePort(), path: '/' }))).toBe('tunnel-refused');
  });
});
