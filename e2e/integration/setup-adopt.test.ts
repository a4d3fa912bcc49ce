import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoRealHost } from '../host/image.ts';
import { type BareSetup, openBareSetup } from './bare-setup.ts';
import { until } from './panel.ts';

const ROOT = '/var/lib/invokeai';
const SHIM = `${ROOT}/openai_images_shim`;
const SETS = ['least-privilege', 'network', 'invokeai', 'images-shim', 'nginx'];

/** Refuses the options of InvokeAI 3, as 4.0 and newer do. */
const PROGRAM = `#!/bin/sh
echo "usage: invokeai-web [-h] [--root ROOT] [--config CONFIG] [--version]" >&2
echo "invokeai-web: error: unrecognized arguments: $*" >&2
exit 2
`;
const FILES: Readonly<Record<string, string>> = {
  [`${ROOT}/venv/bin/invokeai-web`]: PROGRAM,
  [`${ROOT}/venv/lib/python3.10/site-packages/invokeai-6.9.0.dist-info/METADATA`]: 'Name: InvokeAI\n',
  [`${ROOT}/venv/lib/python3.10/site-packages/torch/version.py`]: "__version__ = '2.7.1+cu126'\ncuda: Optional[str] = '12.6'\n",
  [`${ROOT}/invokeai.yaml`]: `InvokeAI:
  Web Server:
    host: 0.0.0.0
    port: 7860
  Model Cache:
    ram: 16.0
    vram: 40.0
`,
  [`${ROOT}/invokeai.env`]: 'INVOKEAI_PORT=7860\n',
  '/etc/systemd/system/invokeai.service': `[Unit]
Description=InvokeAI Image Generation Service
After=network.target
[Service]
Type=simple
User=invokeai
Group=invokeai
WorkingDirectory=${ROOT}
Environment="PATH=${ROOT}/venv/bin:/usr/local/bin:/usr/bin:/bin"
ExecStart=${ROOT}/venv/bin/invokeai-web --host 0.0.0.0 --port 7860
Restart=always
RestartSec=10
[Install]
WantedBy=multi-user.target
`,
  [`${SHIM}/shim.env`]:
    'SHIM_MODE=invokeai_queue\nSHIM_MODEL_PRESETS_JSON={"gpu_fast": {"model": "SDXL Turbo", "steps": 4, "cfg_scale": 0}}\n',
  '/etc/systemd/system/invokeai-openai-images-shim.service': `[Unit]
Requires=invokeai.service
[Service]
User=invokeai
WorkingDirectory=${SHIM}
Environment=SHIM_MODE=stub
EnvironmentFile=-${SHIM}/shim.env
ExecStart=${ROOT}/venv/bin/python -m uvicorn openai_images_shim:app --host 127.0.0.1 --port 9091
Restart=always
[Install]
WantedBy=multi-user.target
`,
  '/etc/nginx/sites-available/invokeai': `server {
    listen 7860;
    server_name ada2;
    location /healthz { access_log off; return 200 "ok\\n"; }
    location /readyz { proxy_pass http://127.0.0.1:9091/readyz; }
    location = /v1/images/generations { proxy_pass http://127.0.0.1:9091/v1/images/generations; }
    location / { proxy_pass http://127.0.0.1:9090; }
}
`,
};
const AFTER_FILES = [
  `chown -R invokeai:invokeai ${ROOT}`,
  `chmod 755 ${ROOT} ${ROOT}/venv/bin/invokeai-web`,
  'ln -s ../sites-available/invokeai /etc/nginx/sites-enabled/invokeai',
  'ln -s /etc/nginx/sites-available/invokeai /etc/nginx/sites-enabled/invokeai.conf',
  'systemctl daemon-reload',
  'systemctl restart nginx',
  'systemctl enable -q --now invokeai',
].join(' && ');

describe.skipIf(whyNoRealHost() !== null)('a host that was set up by hand', () => {
  let setup: BareSetup;
  beforeAll(async () => {
    setup = await openBareSetup(async ({ host }) => {
      const inside = (command: string): Promise<string> => host.exec('sh', '-c', command);
      await inside(
        'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >/dev/null',
      );
      host.run('useradd', '-r', '-m', '-s', '/bin/bash', 'invokeai');
      for (const [path, text] of Object.entries(FILES)) {
        host.run('sh', '-c', 'mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1"', 'sh', path, text);
      }
      await inside(AFTER_FILES);
    });
    await until(async () => (await setup.inside('journalctl -u invokeai -o cat')).includes('unrecognized arguments'), 'the refused start');
  });
  afterAll(() => setup?.close());

  it('shows what is wrong by name, and the recipes make it healthy', async () => {
    const { pythonIndexUrl: index, torchIndexUrl, huggingFaceUrl: hfEndpoint } = setup.bare.mirror;
    setup.panel.setup.saveValues('network', { hfEndpoint });
    setup.panel.setup.saveValues('invokeai', { index, torchIndex: torchIndexUrl('cu128'), privateDownloads: 'yes', models: 'sd15' });
    const plan = await setup.plan(...SETS);
    expect(plan.hostCommands).toBe(2);
    expect(plan.findings.map(({ id, recipe }) => `${id}: ${recipe ?? 'by hand'}`)).toEqual([
      'invokeai-port-clash: invokeai',
      'invokeai-option-refused: invokeai',
      'invokeai-root-ignored: invokeai',
      'shim-preset-guidance: images-shim',
      'invokeai-exposed: invokeai',
      'invokeai-endless-restart: invokeai',
      'invokeai-settings-nested: invokeai',
      'invokeai-settings-no-effect: invokeai',
      'invokeai-python-too-old: invokeai',
      'shim-in-python: images-shim',
      'shim-settings-writable: images-shim',
      'nginx-without-models: nginx',
      'nginx-site-enabled-twice: nginx',
      'invokeai-stop-signal: invokeai',
      'invokeai-env-not-read: by hand',
      'invokeai-log-colours: invokeai',
      'nginx-default-site: nginx',
    ]);
    const refused = plan.findings.find(({ id }) => id === 'invokeai-option-refused');
    expect(refused?.evidence).toContain('invokeai-web: error: unrecognized arguments: --host 0.0.0.0 --port 7860');

    await setup.apply(...SETS);
    const again = await setup.plan(...SETS);
    expect(again.findings.map(({ id }) => id)).toEqual(['invokeai-env-not-read']);
    expect(await setup.request('/api/v1/app/version')).toHaveProperty('version');
    expect(JSON.stringify(await setup.request('/v1/models'))).toContain('gpu_fast');
    expect(await setup.image(256)).toEqual({ width: 256, height: 256 });
    expect(await setup.inside("ss -Hltn | awk '{print $4}' | grep -e :7860 -e :909 | sort")).toBe(
      '0.0.0.0:7860\n127.0.0.1:9090\n127.0.0.1:9091',
    );
  });
});
