import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endDownload, listDownloads } from '../../electron/comfyui/downloads.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../shared/host-scripts/index.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

const NAME = 'model.safetensors';
const BYTES = 6_000_000;

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
    host.real?.run('sh', '-c', `head -c ${BYTES} /dev/zero >/var/www/html/source`);
    limit('500k');
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  const sha256 = createHash('sha256').update(Buffer.alloc(BYTES)).digest('hex');
  /** How fast nginx gives the file out; 0 = as fast as it can. */
  const limit = (rate: string): void => {
    const site = `server { listen 127.0.0.1:8099; root /var/www/html; limit_rate ${rate}; }`;
    host.real?.run('sh', '-c', `echo '${site}' >/etc/nginx/conf.d/source.conf; systemctl reload nginx`);
  };
  const begin = async (): Promise<void> => {
    const argv = scriptArgv(HOST_SCRIPTS.checkpointFetch, folder, NAME, 'http://127.0.0.1:8099/source', sha256, String(BYTES));
    expect((await panel.connection.exec(argv, { stdin: '\n' })).exitCode).toBe(0);
  };
  const listed = async () => (await listDownloads(panel.connection, folder))[0];

  it('goes on after the connection is gone, is stopped with all its processes, and is finished', async () => {
    await begin();
    await until(async () => ((await listed())?.bytes ?? 0) > 0, 'the first bytes');
    panel.dispose();
    panel = openPanel(host);
    await online(panel);
    const later = await listed();
    expect(later?.state).toBe('downloading');
    await until(async () => ((await listed())?.bytes ?? 0) > (later?.bytes ?? 0), 'more bytes');
    await endDownload(panel.connection, folder, NAME, 'stop');
    const stopped = await listed();
    expect(stopped?.state).toBe('stopped');
    expect((await panel.connection.exec(['pgrep', '-fc', 'ada-checkpoint-job'])).stdout.trim()).toBe('0');
    limit('0');
    await begin();
    const done = await until(async () => {
      const download = await listed();
      return download?.state === 'done' ? download : null;
    }, 'the file in place');
    expect(done.foundSha256).toBe(sha256);
    expect((await panel.connection.exec(['stat', '-c', '%s', `${folder}/${NAME}`])).stdout.trim()).toBe(String(BYTES));
  });
});
