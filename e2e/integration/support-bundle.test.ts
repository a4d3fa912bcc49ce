import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

/** One secret for each place, so that a find names the place. */
const secretOf = (place: string): string => `Q7${place.replaceAll(/[^a-z]/g, '')}x9ZkWv3RtB`;
const PLACES = [
  'shim env',
  'gateway env',
  'list of tokens',
  'invokeai yaml',
  'yaml block',
  'nginx header',
  'nginx variable',
  'unit environment',
  'environment file',
  'address',
  'backends yaml',
  'journal',
  'json in journal',
  'cookie',
  'basic',
  'panel log',
  'gateway token',
  'login',
  'request log',
] as const;
type Place = (typeof PLACES)[number];
const S = (place: Place): string => secretOf(place);

const KEY = [
  '-----BEGIN OPENSSH PRIVATE KEY-----',
  ...Array.from({ length: 5 }, (_, i) => `b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz${i}`),
  '-----END OPENSSH PRIVATE KEY-----',
];

const DROP_IN = '/etc/systemd/system/invokeai.service.d/planted.conf';
const FILES: Readonly<Record<string, string>> = {
  '/etc/ada-images-shim/shim.env': `SHIM_MODE=invokeai_queue\nSHIM_ADMIN_PASS=${S('shim env')}\nINVOKEAI_BASE_URL=http://me:${S('address')}@127.0.0.1:9090\n`,
  '/var/lib/gateway/app/.env': `GATEWAY_BEARER_TOKEN=${S('gateway env')}\nGATEWAY_BEARER_TOKENS=a-${S('list of tokens')},b-${S('list of tokens')}\nIMAGES_BACKEND_CLASS=gpu_heavy\n`,
  '/var/lib/gateway/app/app/backends_config.yaml': `backends:\n  gpu_heavy:\n    base_url: http://10.0.0.2:7860\n    api_key: ${S('backends yaml')}\n`,
  '/var/lib/gateway/data/requests.jsonl': `${JSON.stringify({ method: 'POST', path: `/v1/images/generations?token=${S('request log')}`, prompt: 'a red fox', status: 200 })}\n`,
  '/var/lib/invokeai/invokeai.yaml': `schema_version: 4.0.2\nremote_api_tokens:\n  - url_regex: civitai\n    token: ${S('invokeai yaml')}\nadmin_password: |\n  ${S('yaml block')}\n`,
  '/etc/nginx/sites-enabled/planted': `server {\n  listen 7869;\n  set $token "${S('nginx variable')}";\n  proxy_set_header Authorization "Basic ${S('nginx header')}";\n}\n`,
  [DROP_IN]: `[Service]\nEnvironment="A=b" "HF_TOKEN=${S('unit environment')}"\nEnvironmentFile=-/etc/planted.env\n`,
  '/etc/planted.env': `SESSION_SECRET="${S('environment file')}\n${KEY.join('\n')}"\n`,
};

const LOG_LINES = [
  `Authorization: Bearer ${S('journal')}`,
  JSON.stringify({ body: JSON.stringify({ api_key: S('json in journal') }) }),
  `Cookie: session=${S('cookie')}; theme=dark`,
  `curl https://x -H "Authorization: Basic ${Buffer.from(`me:${S('basic')}`).toString('base64')}"`,
  // No form shows these; they stand in a file or in the panel.
  `loaded /srv/${S('gateway env')}.json and ${Buffer.from(S('gateway env')).toString('base64')}`,
  `bare ${S('gateway token')} ${Buffer.from(`x${S('gateway token')}`).toString('base64')} ${encodeURIComponent(S('unit environment'))}`,
  `${Buffer.from(S('invokeai yaml')).toString('hex')}`,
  ...KEY,
  '{"prompt":"a red fox","negative_prompt":"a blue fox"}',
];

/** Forms in which a secret may still be read. */
function formsOf(secret: string): readonly string[] {
  const inner = (shift: number): string => {
    const text = Buffer.from(`${'x'.repeat(shift)}${secret}`).toString('base64');
    return text.slice(shift === 0 ? 0 : 4, -4);
  };
  return [secret, Buffer.from(secret).toString('hex'), inner(0), inner(1), inner(2)];
}

async function plant(host: HostUnderTest): Promise<void> {
  const { lab, real } = host;
  if (lab !== null) {
    for (const [path, text] of Object.entries(FILES)) {
      lab.files.makeFolder(path.slice(0, path.lastIndexOf('/')), { user: 'root', parents: true });
      lab.files.write(path, Buffer.from(text), { user: 'root', mode: 0o644 });
    }
    // The lab reads no drop-ins.
    const unit = '/etc/systemd/system/invokeai.service';
    lab.files.write(unit, Buffer.from(`${lab.files.read(unit, 'root').toString('utf8')}\n${FILES[DROP_IN]}`), {
      user: 'root',
      mode: 0o644,
    });
    for (const message of LOG_LINES)
      lab.simulation.log({
        message,
        priority: 6,
        identifier: 'invokeai-web',
        pid: 4242,
        unit: 'invokeai.service',
        invocationId: null,
        transport: 'stdout',
      });
    return;
  }
  if (real === null) return;
  const all = {
    ...FILES,
    '/srv/planted.log': `${LOG_LINES.join('\n')}\n`,
    [DROP_IN]: `${FILES[DROP_IN]}ExecStartPost=/bin/cat /srv/planted.log\n`,
  };
  for (const [path, text] of Object.entries(all))
    real.run(
      'sh',
      '-c',
      `mkdir -p "$(dirname "$1")"; echo "$2" | base64 -d >"$1"; chmod 644 "$1"`,
      'sh',
      path,
      Buffer.from(text).toString('base64'),
    );
  await real.exec('systemctl', 'daemon-reload');
  await real.exec('systemctl', 'restart', 'invokeai.service');
}

describe.each(HOSTS)('a support bundle of the %s host', (kind) => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  let commands = 0;

  beforeAll(async () => {
    host = await openHost(kind);
    await plant(host);
    panel = openPanel(host);
    panel.secrets.write('gateway-token', S('gateway token'));
    panel.secrets.write('login', JSON.stringify({ email: 'me@example.org', password: S('login') }));
    appendFileSync(
      join(panel.dataFolder, 'panel.log'),
      `${JSON.stringify({ msg: 'x', url: `http://h/?token=${S('panel log')}`, login: S('login') })}\n`,
    );
    await online(panel);
    await panel.services.refresh();
    const { exec } = panel.connection;
    panel.connection.exec = async (argv, options) => {
      if (options?.stdin !== undefined && String(options.stdin).includes('kernellog')) commands += 1;
      return await exec(argv, options);
    };
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  it('has the whole state and none of the secrets', async () => {
    const draft = await panel.support.prepare({ panelVersion: 'Ada Panel', withPrompts: false });
    const { data } = panel.support.zip(draft.id, []);
    const files = Object.entries(unzipSync(data)).map(([path, bytes]) => ({ path, text: strFromU8(bytes) }));
    const paths = files.map(({ path }) => path);
    const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';

    const left = PLACES.flatMap((place) =>
      formsOf(S(place)).flatMap((form) =>
        files.filter(({ path, text }) => path.includes(form) || text.includes(form)).map(({ path }) => `${place} in ${path}`),
      ),
    );
    expect(left).toEqual([]);
    for (const line of KEY.slice(1, -1))
      expect(files.filter(({ text }) => text.includes(line.slice(0, 24))).map(({ path }) => path)).toEqual([]);
    expect(files.filter(({ text }) => text.includes('fox')).map(({ path }) => path)).toEqual([]);

    // What was to be read was read: an empty bundle has no secret either.
    for (const path of Object.keys(FILES)) {
      if (path === '/var/lib/gateway/data/requests.jsonl') expect(paths).toContain('logs/gateway-requests.jsonl');
      else if (path !== DROP_IN || kind === 'real') expect([...paths, textOf('not-read.txt')].join('\n')).toContain(path);
    }
    expect(paths).toEqual(
      expect.arrayContaining(['report.md', 'logs/invokeai.service.log', 'panel/settings.json', 'panel/panel.log', 'samples/gpu.csv']),
    );
    expect(textOf('configuration/var/lib/gateway/app/.env')).toBe(
      'GATEWAY_BEARER_TOKEN=…\nGATEWAY_BEARER_TOKENS=…\nIMAGES_BACKEND_CLASS=gpu_heavy\n',
    );
    expect(textOf('logs/invokeai.service.log')).toContain('Authorization: Bearer …');
    expect(textOf('report.md')).toContain('invokeai.service');
    expect(commands).toBe(1);
  });

  it('has prompts where they are asked for', async () => {
    const draft = await panel.support.prepare({ panelVersion: 'Ada Panel', withPrompts: true });
    expect(panel.support.preview(draft.id, 'logs/invokeai.service.log').text).toContain('a red fox');
  });

  it('is created without a connection, and says so', async () => {
    panel.connection.disconnect();
    const draft = await panel.support.prepare({ panelVersion: 'Ada Panel', withPrompts: false });
    expect(draft.missing).toContain('The host: the host is not connected');
    expect(draft.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['report.md', 'not-read.txt']));
  });
});
