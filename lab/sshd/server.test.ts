import { createHash } from 'node:crypto';
import { request } from 'node:http';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOST_SCRIPTS } from '../../shared/host-scripts/index.ts';
import { type Lab, startLab } from '../lab.ts';

let lab: Lab;
const clients: Client[] = [];

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await lab.close();
});

interface Login {
  readonly password?: string;
  readonly anyHostKey?: boolean;
  readonly readyTimeoutMs?: number;
}

function dial(login: Login = {}): Promise<Client> {
  const client = new ssh2.Client();
  clients.push(client);
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client));
    client.on('error', reject);
    client.connect({
      host: lab.hostName,
      port: lab.port,
      username: lab.user,
      readyTimeout: login.readyTimeoutMs ?? 20_000,
      ...(login.password === undefined ? { privateKey: lab.privateKey } : { password: login.password }),
      hostVerifier: (key: Buffer) => login.anyHostKey === true || key.toString('base64') === lab.hostKey,
    });
  });
}

function open(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel))));
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null | undefined;
  readonly signal: string | undefined;
}

function ending(channel: ClientChannel): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  channel.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  channel.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  return new Promise((resolve) =>
    channel.on('close', (code: number | null | undefined, signal: string | undefined) => resolve({ stdout, stderr, code, signal })),
  );
}

async function exec(client: Client, command: string, stdin?: string): Promise<Ended> {
  const channel = await open(client, command);
  const ended = ending(channel);
  if (stdin !== undefined) channel.end(stdin);
  return ended;
}

function firstData(channel: ClientChannel): Promise<string> {
  return new Promise((resolve) => channel.once('data', (data: Buffer) => resolve(data.toString())));
}

const closed = (client: Client) => new Promise<void>((resolve) => client.once('close', () => resolve()));
const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
const watched = (command: string) => `LC_ALL=C sh -c ${quoted(HOST_SCRIPTS.watch.text)} ada-watch ${command}`;

describe('the lab over SSH', () => {
  it('shows its host key and lets in with key or password, and nobody else', async () => {
    expect(lab.hostKeySha256).toBe(
      `SHA256:${createHash('sha256').update(Buffer.from(lab.hostKey, 'base64')).digest('base64').replace(/=+$/, '')}`,
    );
    await dial();
    await dial({ password: 'lab' });
    await expect(dial({ password: 'wrong' })).rejects.toThrow('authentication');
  });

  it('runs a command with prefix, gives stdout, stderr and exit code', async () => {
    const client = await dial();
    const good = await exec(client, `PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C 'nvidia-smi' '-L'`);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toContain('NVIDIA RTX 6000 Ada Generation');
    expect(await exec(client, 'nosuch')).toMatchObject({ code: 127, stderr: 'bash: line 1: nosuch: command not found\n' });
    expect(await exec(client, 'cat', 'through stdin')).toMatchObject({ code: 0, stdout: 'through stdin' });
  });

  it('starts a unit with the password given at the prompt', async () => {
    const client = await dial();
    const channel = await open(client, "LC_ALL=C sudo -k -S -p 'ask:' -- /usr/bin/systemctl restart nginx.service");
    const ended = ending(channel);
    channel.stderr.once('data', () => channel.write('lab\n'));
    expect(await ended).toMatchObject({ code: 0, stderr: 'ask:' });
  });

  it('streams, and ends the process when stdin of the watch ends', async () => {
    const client = await dial();
    const channel = await open(client, watched('stdbuf -oL nvidia-smi --query-gpu=uuid,memory.used --format=csv,noheader,nounits -lms 1'));
    const ended = ending(channel);
    expect(await firstData(channel)).toMatch(/^GPU-/);
    channel.end();
    expect(await ended).toMatchObject({ code: 143 });
  });

  it('ends a process by signal', async () => {
    const client = await dial();
    const channel = await open(client, 'sleep 1000');
    const ended = ending(channel);
    channel.signal('TERM');
    expect((await ended).signal).toBe('SIGTERM');
  });

  it('tells of a changed unit at once', async () => {
    const client = await dial();
    const channel = await open(client, watched(`sh -c ${quoted(HOST_SCRIPTS.unitWatch.text)} ada-unit-watch nginx.service`));
    expect(await firstData(channel)).toBe('\u001echanged\n');
    const changed = firstData(channel);
    await exec(client, "sudo -S -p '' -- systemctl stop nginx.service", 'lab\n');
    expect(await changed).toContain('changed');
  });

  it('keeps a session’s slot until its process has ended', async () => {
    lab.break('max-sessions-2');
    const client = await dial();
    const silent = await open(client, 'sleep 1000');
    const watching = await open(client, watched('sleep 1000'));
    await expect(open(client, 'true')).rejects.toThrow('Channel open failure');
    silent.close();
    await expect(open(client, 'true')).rejects.toThrow('Channel open failure');
    const ended = ending(watching);
    watching.end();
    await ended;
    expect(await exec(client, 'true')).toMatchObject({ code: 0 });
  });

  it('reads, writes and renames files over SFTP', async () => {
    const client = await dial();
    const sftp = await new Promise<import('ssh2').SFTPWrapper>((resolve, reject) =>
      client.sftp((error, wrapper) => (error ? reject(error) : resolve(wrapper))),
    );
    const text = 'x'.repeat(100_000);
    await new Promise<void>((resolve, reject) =>
      sftp.writeFile('/home/operator/a', text, { mode: 0o600 }, (error) => (error ? reject(error) : resolve())),
    );
    await new Promise<void>((resolve, reject) =>
      sftp.rename('/home/operator/a', '/home/operator/b', (error) => (error ? reject(error) : resolve())),
    );
    const back = await new Promise<Buffer>((resolve, reject) =>
      sftp.readFile('/home/operator/b', (error, data) => (error ? reject(error) : resolve(data))),
    );
    expect(back.toString()).toBe(text);
    expect(lab.files.stat('/home/operator/b', 'root').mode).toBe(0o600);
    await expect(
      new Promise((resolve, reject) => sftp.readFile('/etc/sudoers.d/README', (error, data) => (error ? reject(error) : resolve(data)))),
    ).rejects.toThrow('Permission denied');
  });

  it('forwards to the simulated ports and refuses others', async () => {
    const client = await dial();
    const tunnel = (port: number) =>
      new Promise<ClientChannel>((resolve, reject) =>
        client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error, channel) => (error ? reject(error) : resolve(channel))),
      );
    const channel = await tunnel(9090);
    const status = await new Promise((resolve, reject) => {
      const requests = request({ path: '/api/v1/app/version', createConnection: () => channel }, (response) =>
        resolve(response.statusCode),
      );
      requests.on('error', reject);
      requests.end();
    });
    expect(status).toBe(200);
    await expect(tunnel(8188)).rejects.toThrow();
    await expect(tunnel(1)).rejects.toThrow();
  });
});

describe('faults of the link and the server', () => {
  it('link-down: nothing arrives until the fault is fixed, then everything does', async () => {
    const client = await dial();
    const channel = await open(client, watched('nvidia-smi --query-gpu=uuid --format=csv,noheader -lms 5'));
    await firstData(channel);
    lab.break('link-down');
    let answered = false;
    const late = exec(client, 'true').then(() => {
      answered = true;
    });
    await expect(dial({ readyTimeoutMs: 200 })).rejects.toThrow('Timed out');
    expect(answered).toBe(false);
    lab.repair('link-down');
    await late;
    expect(answered).toBe(true);
  });

  it('slow-link: a round trip takes at least 200 ms', async () => {
    const client = await dial();
    lab.break('slow-link');
    const requestedAt = performance.now();
    await exec(client, 'true');
    expect(performance.now() - requestedAt).toBeGreaterThanOrEqual(195);
  });

  it('sshd-killed: the connection is gone, a new one works', async () => {
    const client = await dial();
    const gone = closed(client);
    lab.break('sshd-killed');
    await gone;
    expect(await exec(await dial(), 'true')).toMatchObject({ code: 0 });
  });

  it('host-key-changed: another key is shown', async () => {
    lab.break('host-key-changed');
    await expect(dial()).rejects.toThrow('verification failed');
    await dial({ anyHostKey: true });
    lab.repair();
    await dial();
  });

  it('password-refused: nobody gets in', async () => {
    lab.break('password-refused');
    await expect(dial()).rejects.toThrow('authentication');
    await expect(dial({ password: 'lab' })).rejects.toThrow('authentication');
  });

  it('clock-3-minutes-off: the host’s clock is, and only it', async () => {
    lab.break('clock-3-minutes-off');
    const ran = await exec(await dial(), 'date +%s');
    expect(Math.abs(Number(ran.stdout) - Date.now() / 1000 - 180)).toBeLessThan(3);
  });

  it('nvidia-smi-hanging: cannot be killed, and keeps its slot', async () => {
    lab.break('nvidia-smi-hanging');
    lab.break('max-sessions-2');
    const client = await dial();
    const hanging = [await open(client, watched('nvidia-smi -L')), await open(client, watched('nvidia-smi -L'))];
    for (const channel of hanging) channel.end();
    for (const channel of hanging) channel.signal('KILL');
    await expect(open(client, 'true')).rejects.toThrow('Channel open failure');
  });

  it('rebooted: refuses for some seconds, then is there with a new boot id', async () => {
    const client = await dial();
    const before = (await exec(client, 'cat /proc/sys/kernel/random/boot_id')).stdout;
    const gone = closed(client);
    lab.break('rebooted');
    await gone;
    await expect(dial()).rejects.toThrow('ECONNREFUSED');
    let again: Client | null = null;
    while (again === null) again = await dial().catch(() => null);
    expect((await exec(again, 'cat /proc/sys/kernel/random/boot_id')).stdout).not.toBe(before);
  }, 15_000);
});
