import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endDownload, listDownloads, resumeDownload, startDownload } from '../../electron/capabilities/comfyui/downloads.ts';
import { makeCertificate } from '../../lab/base/certificate.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

const NAME = 'model.safetensors';
const BYTES = 6_000_000;
/** A safetensors file: the length of its header, the header, and numbers. */
const FILE = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}'), Buffer.alloc(BYTES - 10)]);

if (!HOSTS.includes('real')) console.warn('skipped: downloads on a real systemd host, which needs root on Linux');

describe.runIf(HOSTS.includes('real'))('a checkpoint fetched by a real host', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  let folder: string;

  beforeAll(async () => {
    host = await openHost('real');
    panel = openPanel(host);
    await online(panel);
    const { stdout } = await panel.connection.exec(['sh', '-c', 'echo "$HOME"', 'home']);
    folder = `${stdout.trim()}/checkpoints`;
    await panel.connection.exec(['mkdir', '-p', folder]);
    // From the host's own nginx: the files of others are not for a test to fetch.
    const root = join(host.real?.folder ?? '', 'root');
    writeFileSync(join(root, 'var/www/html/source'), FILE);
    const { certificate, privateKey } = await makeCertificate({
      commonName: 'localhost',
      names: ['localhost'],
      days: 2,
      isAuthority: true,
    });
    writeFileSync(join(root, 'etc/nginx/source.crt'), certificate);
    writeFileSync(join(root, 'etc/nginx/source.key'), privateKey);
    appendFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), certificate);
    limit('500k');
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  const sha256 = createHash('sha256').update(FILE).digest('hex');
  /** How fast nginx gives the file out; 0 = as fast as it can. */
  const limit = (rate: string): void => {
    const site = `server { listen 127.0.0.1:8099 ssl; ssl_certificate /etc/nginx/source.crt; ssl_certificate_key /etc/nginx/source.key; root /var/www/html; limit_rate ${rate}; }`;
    host.real?.run('sh', '-c', `echo '${site}' >/etc/nginx/conf.d/source.conf; systemctl reload nginx`);
  };
  const begin = () =>
    startDownload(panel.connection, folder, { url: 'https://localhost:8099/source?token=hf_secret', name: NAME, sha256, token: null });
  const listed = async () => (await listDownloads(panel.connection, folder))[0];

  it('goes on after the connection is gone, is stopped with all its processes, and is finished', async () => {
    await begin();
    await until(async () => ((await listed())?.bytes ?? 0) > 0, 'the first bytes');
    panel.dispose();
    panel = openPanel(host);
    await online(panel);
    const later = await listed();
    expect(later?.state).toBe('downloading');
    expect((await panel.connection.exec(['ps', '-eo', 'args'])).stdout).not.toContain('hf_secret');
    expect((await panel.connection.exec(['grep', '-rl', 'hf_secret', '.local', folder])).stdout).toBe('');
    await until(async () => ((await listed())?.bytes ?? 0) > (later?.bytes ?? 0), 'more bytes');
    await endDownload(panel.connection, folder, NAME, 'stop');
    const stopped = await listed();
    expect(stopped?.state).toBe('stopped');
    // A pattern that does not match the command line which it stands in.
    expect((await panel.connection.exec(['pgrep', '-fc', '[a]da-checkpoint-job'])).stdout.trim()).toBe('0');
    limit('0');
    if (stopped === undefined) throw new Error('it is not listed');
    const secret = { url: 'https://localhost:8099/source?token=hf_secret', token: null };
    await resumeDownload(panel.connection, folder, stopped, secret);
    const done = await until(async () => {
      const download = await listed();
      return download?.state === 'done' ? download : null;
    }, 'the file in place');
    expect(done.foundSha256).toBe(sha256);
    expect((await panel.connection.exec(['stat', '-c', '%s', `${folder}/${NAME}`])).stdout.trim()).toBe(String(BYTES));
  });
});
