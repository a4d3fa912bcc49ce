import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { whyNoRealHost } from '../host/image.ts';
import { type BareSetup, openBareSetup } from './bare-setup.ts';
import { until } from './panel.ts';

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
const unitOf = (user: string, file: string): string =>
  `[Service]\nUser=${user}\nExecStart=/usr/bin/python3 ${file}\n[Install]\nWantedBy=multi-user.target\n`;
const STUB = '/run/ada-tests-stub';

describe.skipIf(whyNoRealHost() !== null)('the gateway on a host of its own', () => {
  let setup: BareSetup;
  beforeAll(async () => {
    setup = await openBareSetup();
    const { host } = setup.bare;
    const write = (path: string, text: string): void => void host.run('sh', '-c', 'printf "%s" "$1" >"$2"', 'sh', text, path);
    host.run('sh', '-c', `useradd -r -d /var/lib/gateway gateway; mkdir -p ${APP}/app /var/lib/gateway/data/ui_images`);
    for (const [name, user] of [
      ['gateway', 'gateway'],
      ['images-backend', 'nobody'],
    ] as const) {
      write(`/opt/${name}.py`, readFileSync(join(import.meta.dirname, '..', 'host', 'files', `${name}.py`), 'utf8'));
      write(`/etc/systemd/system/${name}.service`, unitOf(user, `/opt/${name}.py`));
    }
    host.run('sh', '-c', 'echo 127.0.0.1 gpu-host >>/etc/hosts');
    write(`${APP}/.env`, ENV);
    write(`${APP}/app/backends_config.yaml`, BACKENDS);
    host.run('sh', '-c', `chown -R gateway:gateway /var/lib/gateway; chmod 600 ${APP}/.env; chown root /var/lib/gateway/data/ui_images`);
    host.run('systemctl', 'enable', '-q', '--now', 'gateway', 'images-backend');
  });
  afterAll(() => setup?.close());

  /** What the gateway runs with. */
  const settings = async (): Promise<Readonly<Record<string, unknown>>> => {
    const ask = 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:8800/test/settings").read().decode())';
    return z.record(z.string(), z.unknown()).parse(JSON.parse(await setup.inside(`python3 -c '${ask}'`)));
  };
  const everything = (...more: readonly unknown[]): string => {
    const { panel } = setup;
    return JSON.stringify([...more, panel.setup.state(), panel.setup.report()]);
  };

  it('asks for the address first, and leaves what only root may read to a plan as root', async () => {
    const { panel } = setup;
    const without = await setup.plan('gateway');
    expect(without.steps.filter(({ state }) => state === 'blocked')).toMatchObject([{ id: 'gateway/address', note: 'No address is set.' }]);
    panel.setup.saveValues('gateway', { baseUrl: 'http://gpu-host:7860', model: 'sd_xl_base_1.0' });
    const asLogin = await panel.setup.plan(['gateway'], false);
    expect(asLogin.steps.find(({ id }) => id === 'gateway/environment')?.state).toBe('unknown');
  });

  it('names what to set up for a proof, and plans none without it', async () => {
    const { panel, plan } = setup;
    const proof = async () => (await plan('gateway')).steps.find(({ id }) => id === 'gateway/proof');
    expect(await proof()).toMatchObject({ state: 'ok', title: expect.stringContaining('set up this gateway on the Gateway page') });
    const gateway = { via: { kind: 'ssh', hostId: panel.profile.id }, observabilityPort: 8801 } as const;
    panel.gateway.configure({ ...gateway, address: 'http://192.0.2.1:8800' });
    expect(await proof()).toMatchObject({ state: 'ok', title: expect.stringContaining('http://192.0.2.1:8800') });
    panel.gateway.configure({ ...gateway, address: 'http://127.0.0.1:8800' });
    expect(await proof()).toMatchObject({ state: 'ok', title: expect.stringContaining('enter the token') });
    panel.gateway.setToken(TOKEN);
    expect(await proof()).toMatchObject({
      state: 'change',
      changes: [{ command: 'GET /v1/gateway/status, POST /v1/images/generations 256x256 (http://127.0.0.1:8800)' }],
    });
  });

  it('puts the old settings back when the images behind the gateway are those of a stub', async () => {
    const { panel, plan, ended, inside } = setup;
    await inside(`touch ${STUB}`);
    const before = await settings();
    const shown = await plan('gateway');
    expect(shown.steps.find(({ id }) => id === 'gateway/image-folder')?.state).toBe('change');
    panel.setup.apply(shown.id);
    const run = await ended();
    expect(run).toMatchObject({
      state: 'failed',
      error: { message: 'The image is 1 × 1 instead of 256 × 256. A stub makes such images.' },
    });
    expect(run.steps.find(({ state }) => state === 'failed')?.id).toBe('gateway/proof');
    expect(await inside(`cat ${APP}/.env`)).toBe(ENV.trim());
    expect(await inside(`cat ${APP}/app/backends_config.yaml`)).toBe(BACKENDS.trim());
    // The process that is up again has read them.
    expect(await until(() => settings().catch(() => null), 'the gateway')).toEqual({ ...before, can_save: true });
    expect(panel.setup.report()).toMatch(/Details of the error[\s\S]*images: 1 from http:\/\/gpu-host:7860/);
    expect(everything(run)).not.toContain(TOKEN);
    await inside(`rm ${STUB}`);
  });

  it('shows and changes only the image settings, restarts the gateway, proves an image, and reveals no token', async () => {
    const { plan, apply, inside } = setup;
    const shown = await plan('gateway');
    const changes = shown.steps.filter(({ state }) => state === 'change');
    expect(changes.map(({ id }) => id)).toEqual([
      'gateway/environment',
      'gateway/backends',
      'gateway/service',
      'gateway/answer',
      'gateway/proof',
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
    expect(run.output).toContainEqual(expect.stringMatching(/^Image of 256 × 256 in \d+\.\d s$/));
    expect(await settings()).toEqual({
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
    const text = everything(shown, run);
    expect(text).toContain('IMAGES_BACKEND');
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('LAST=1');
  });
});
