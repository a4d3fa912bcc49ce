import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoRealHost } from '../host/image.ts';
import { type BareSetup, openBareSetup } from './bare-setup.ts';

const TOKEN = 'tok-0123456789abcdef';
const APP = '/var/lib/gateway/app';
const ENV = `# The gateway's own comment stays.
GATEWAY_BEARER_TOKEN=${TOKEN}
IMAGES_BACKEND=mock
#IMAGES_HTTP_BASE_URL=http://127.0.0.1:7860
IMAGES_BACKEND_CLASS=gpu_heavy
LAST=1
`;
const BACKENDS = `# Deployed.
backends:
  gpu_heavy:
    class: gpu_heavy
    base_url: http://ada2:7860 # of the fleet
    supported_capabilities: [images]
    concurrency_limits:
      images: 1
`;
const UNIT = `[Service]
User=gateway
ExecStart=/usr/bin/python3 /opt/gateway.py
[Install]
WantedBy=multi-user.target
`;

describe.skipIf(whyNoRealHost() !== null)('the gateway on a host of its own', () => {
  let setup: BareSetup;
  beforeAll(async () => {
    setup = await openBareSetup();
    const { host } = setup.bare;
    const write = (path: string, text: string): void => void host.run('sh', '-c', 'printf "%s" "$1" >"$2"', 'sh', text, path);
    host.run('sh', '-c', `useradd -r -d /var/lib/gateway gateway; mkdir -p ${APP}/app /var/lib/gateway/data/ui_images`);
    write('/opt/gateway.py', readFileSync(join(import.meta.dirname, '..', 'host', 'files', 'gateway.py'), 'utf8'));
    write(`${APP}/.env`, ENV);
    write(`${APP}/app/backends_config.yaml`, BACKENDS);
    write('/etc/systemd/system/gateway.service', UNIT);
    host.run('sh', '-c', `chown -R gateway:gateway /var/lib/gateway; chmod 600 ${APP}/.env; chown root /var/lib/gateway/data/ui_images`);
    host.run('systemctl', 'enable', '-q', '--now', 'gateway');
  });
  afterAll(() => setup?.close());

  const status = async (): Promise<unknown> => {
    const ask = `import urllib.request as u; print(u.urlopen(u.Request("http://127.0.0.1:8800/v1/gateway/status", headers={"authorization": "Bearer ${TOKEN}"})).read().decode())`;
    return JSON.parse(await setup.inside(`python3 -c '${ask}'`));
  };

  it('asks for the address first, and leaves what only root may read to a plan as root', async () => {
    const { panel } = setup;
    const without = await setup.plan('gateway');
    expect(without.steps.filter(({ state }) => state === 'blocked')).toMatchObject([{ id: 'gateway/address', note: 'No address is set.' }]);
    panel.setup.saveValues('gateway', { baseUrl: 'http://gpu-host:7860', model: 'sd_xl_base_1.0' });
    const asLogin = await panel.setup.plan(['gateway'], false);
    expect(asLogin.steps.find(({ id }) => id === 'gateway/environment')?.state).toBe('unknown');
  });

  it('shows and changes only the image settings, restarts the gateway, and reveals no token', async () => {
    const { panel, plan, apply, inside } = setup;
    const shown = await plan('gateway');
    const changes = shown.steps.filter(({ state }) => state === 'change');
    expect(changes.map(({ id }) => id)).toEqual([
      'gateway/image-folder',
      'gateway/environment',
      'gateway/backends',
      'gateway/service',
      'gateway/answer',
    ]);
    const diff = changes
      .find(({ id }) => id === 'gateway/environment')
      ?.changes.flatMap((change) => (change.kind === 'file' ? (change.diff ?? []) : []));
    expect(diff?.filter(({ mark }) => mark !== '@').map(({ mark, text }) => `${mark}${text}`)).toEqual([
      '-IMAGES_BACKEND=mock',
      '+IMAGES_BACKEND=http_openai_images',
      '+IMAGES_HTTP_BASE_URL=http://gpu-host:7860',
      ' IMAGES_BACKEND_CLASS=gpu_heavy',
      '+IMAGES_OPENAI_MODEL=sd_xl_base_1.0',
    ]);
    expect(changes.find(({ id }) => id === 'gateway/backends')?.note).toContain('A deploy of the gateway replaces this file');
    const run = await apply('gateway');
    expect(await status()).toEqual({
      settings: {
        IMAGES_BACKEND: 'http_openai_images',
        IMAGES_BACKEND_CLASS: 'gpu_heavy',
        IMAGES_HTTP_BASE_URL: 'http://gpu-host:7860',
        IMAGES_OPENAI_MODEL: 'sd_xl_base_1.0',
      },
      health_url: 'http://gpu-host:7860',
      limit: 2,
      can_save: true,
    });
    expect(await inside(`stat -c '%U:%G %a' ${APP}/.env; cat ${APP}/.env`)).toBe(
      `gateway:gateway 600\n${ENV.replace('=mock', '=http_openai_images').replace('7860\n', '7860\nIMAGES_HTTP_BASE_URL=http://gpu-host:7860\n')}IMAGES_OPENAI_MODEL=sd_xl_base_1.0`,
    );
    expect(await inside(`cat ${APP}/app/backends_config.yaml`)).toBe(
      BACKENDS.replace('ada2', 'gpu-host').replace('images: 1', 'images: 2').trim(),
    );
    const everything = JSON.stringify([shown, run, panel.setup.state(), panel.setup.report()]);
    expect(everything).toContain('IMAGES_BACKEND');
    expect(everything).not.toContain(TOKEN);
    expect(everything).not.toContain('LAST=1');
  });
});
