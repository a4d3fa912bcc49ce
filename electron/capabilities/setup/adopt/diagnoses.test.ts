import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SetupFinding } from '../../../../shared/capabilities/setup/contract.ts';
import type { ParameterValues } from '../recipe.ts';
import { RECIPES } from '../recipes/index.ts';
import { createHostInMemory, type HostInMemory } from '../testing/host-in-memory.ts';
import { DIAGNOSES, diagnose } from './diagnoses.ts';
import { readAdoptFacts } from './facts.ts';
import { ADOPT_REQUESTS, adoptRequests } from './requests.ts';

const INVOKEAI = '/etc/systemd/system/invokeai.service';
const SHIM = '/etc/systemd/system/invokeai-openai-images-shim.service';
const COMFYUI = '/etc/systemd/system/comfyui.service';
const ROOT = '/var/lib/invokeai';
const YAML = `${ROOT}/invokeai.yaml`;
const SITE = '/etc/nginx/sites-available/invokeai';
const IDS = RECIPES.map(({ id }) => id);
/** What a bare host gets for images by InvokeAI. */
const SETS = RECIPES.filter(({ id }) => ['least-privilege', 'invokeai', 'images-shim', 'nginx'].includes(id));

const GUIDE_UNIT = `[Unit]
Description=InvokeAI Image Generation Service
[Service]
Type=simple
User=invokeai
Group=invokeai
WorkingDirectory=${ROOT}
Environment="PATH=${ROOT}/venv/bin:/usr/bin:/bin"
ExecStart=${ROOT}/venv/bin/invokeai-web --host 0.0.0.0 --port 7860
Restart=always
RestartSec=10
[Install]
WantedBy=multi-user.target
`;
const GUIDE_YAML = `InvokeAI:
  Web Server:
    host: 0.0.0.0
    port: 7860
  Generation:
    max_cache_size: 6.0
  Model Cache:
    ram: 16.0
    vram: 40.0
`;
const GUIDE_SITE = `server {
  listen 7860;
  location /healthz { return 200 "ok\\n"; }
  location /readyz { proxy_pass http://127.0.0.1:9091/readyz; }
  location = /v1/images/generations { proxy_pass http://127.0.0.1:9091/v1/images/generations; }
  location / { proxy_pass http://127.0.0.1:9090; }
}
`;
const PYTHON_SHIM = `[Service]
User=invokeai
WorkingDirectory=${ROOT}/openai_images_shim
Environment=SHIM_MODE=stub
EnvironmentFile=-${ROOT}/openai_images_shim/shim.env
ExecStart=${ROOT}/venv/bin/python -m uvicorn openai_images_shim:app --host 127.0.0.1 --port 9091
Restart=always
`;
const PRESETS = '{"gpu_fast": {"model": "SDXL Turbo", "steps": 4, "cfg_scale": 0}}';
const TEMPLATE = JSON.stringify({
  nodes: [
    { id: 'a', data: { type: 'rand_int', inputs: {} } },
    {
      id: 'b',
      data: { type: 'sdxl_model_loader', inputs: { model: { value: { key: 'abc-1', name: 'Model XL', base: 'sdxl', type: 'main' } } } },
    },
  ],
});

/** What the recipes make of a bare host. */
async function healthyHost(): Promise<HostInMemory> {
  const host = createHostInMemory();
  await host.apply(SETS);
  return host;
}

async function findingsOf(host: HostInMemory): Promise<readonly SetupFinding[]> {
  const made = await host.plan(RECIPES.slice(0, 1), {}, { first: ADOPT_REQUESTS, second: adoptRequests });
  return diagnose(readAdoptFacts(made), IDS);
}

const own = { owner: 'invokeai', group: 'invokeai' };
const inService = (line: string) => (text: string) => text.replace('[Service]\n', `[Service]\n${line}\n`);
const without = (start: string) => (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.startsWith(start))
    .join('\n');
const pythonShim = (host: HostInMemory, env: string): void => {
  host.write(SHIM, PYTHON_SHIM);
  host.write(`${ROOT}/openai_images_shim/shim.env`, `SHIM_MODE=invokeai_queue\n${env}`, own);
};
const environment = (host: HostInMemory, python: string, invokeAi: string, torch: string): void => {
  const folder = `${ROOT}/venv`;
  host.write(`${folder}/bin/invokeai-web`, '');
  host.write(`${folder}/lib/python${python}/site-packages/InvokeAI-${invokeAi}.dist-info/METADATA`, '');
  host.write(`${folder}/lib/python${python}/site-packages/torch/version.py`, torch);
  host.edit(INVOKEAI, (text) => text.replace(`${ROOT}/.venv/`, `${folder}/`));
};
const site = (host: HostInMemory, text: string, ...names: readonly string[]): void => {
  host.entries.delete('/etc/nginx/sites-enabled/ada-images');
  host.write(SITE, text);
  for (const name of names) host.link(`/etc/nginx/sites-enabled/${name}`, '../sites-available/invokeai');
};

interface Fault {
  readonly make: (host: HostInMemory) => void;
  /** Recipes that are applied together; default: the one that the finding names. */
  readonly together?: readonly string[];
  readonly values?: Readonly<Record<string, ParameterValues>>;
}

/** Each fault on a host that is in good order else. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'driver-mismatch': {
    make: (host) => {
      host.answers.set('gpu', ['18', 'Failed to initialize NVML: Driver/library version mismatch']);
      host.write('/proc/driver/nvidia/version', 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.133.20  Tue\n');
    },
  },
  'driver-missing': { make: (host) => host.answers.set('gpu', ['9', "NVIDIA-SMI has failed because it couldn't communicate"]) },
  'driver-nouveau': {
    make: (host) => {
      host.answers.set('gpu', ['127', 'sh: nvidia-smi: not found']);
      host.write('/sys/module/nouveau/refcnt', '1');
    },
  },
  'gpu-lost': { make: (host) => host.answers.set('gpu', ['15', 'Unable to determine the device handle: GPU is lost.']) },
  'disk-nearly-full': { make: (host) => host.answers.set('disk', ['4000000000 1000000000000 /']) },
  'journal-not-persistent': { make: (host) => host.entries.delete('/var/log/journal') },
  'comfyui-exposed': {
    make: (host) => host.write(COMFYUI, '[Service]\nUser=comfyui\nExecStart=/opt/comfyui/venv/bin/python main.py --listen --port 8188\n'),
  },
  'comfyui-runs-as-root': { make: (host) => host.write(COMFYUI, '[Service]\nExecStart=/usr/bin/python3 main.py\n') },
  'sudo-rule-too-wide': { make: (host) => host.write('/etc/sudoers.d/panel', 'panel ALL=(root) NOPASSWD: /usr/bin/systemctl restart *\n') },
  'invokeai-port-clash': {
    make: (host) => {
      host.edit(YAML, (text) => text.replace('port: 9090', 'port: 7860'));
      host.answers.set('listen', ['LISTEN 0 4096 0.0.0.0:7860 0.0.0.0:* users:(("python3",pid=900,fd=7))']);
    },
  },
  'invokeai-port-moved': {
    make: (host) => {
      host.edit(YAML, (text) => text.replace('port: 9090', 'port: 7860'));
      host.logs.set('invokeai.service', ['[InvokeAI]::WARNING --> Port 7860 is already in use. Using port 7861.']);
    },
  },
  'nginx-bind-failed': {
    together: ['invokeai', 'nginx'],
    make: (host) => {
      host.edit(YAML, (text) => text.replace('port: 9090', 'port: 7860'));
      host.units.set('nginx.service', { active: 'failed', enabled: 'enabled' });
      host.answers.set('listen', ['LISTEN 0 4096 0.0.0.0:7860 0.0.0.0:* users:(("python3",pid=900,fd=7))']);
      host.logs.set('nginx.service', ['nginx: [emerg] bind() to 0.0.0.0:7860 failed (98: Address already in use)']);
    },
  },
  'invokeai-exposed': { make: (host) => host.edit(YAML, (text) => text.replace('host: 127.0.0.1', 'host: 0.0.0.0')) },
  'invokeai-option-refused': {
    make: (host) => host.edit(INVOKEAI, (text) => text.replace(`--root ${ROOT}`, `--root ${ROOT} --port 9090`)),
  },
  'invokeai-program-missing': { make: (host) => host.edit(INVOKEAI, (text) => text.replace('/.venv/', '/gone/')) },
  'invokeai-root-ignored': {
    make: (host) => host.edit(INVOKEAI, (text) => without('Environment=INVOKEAI_ROOT')(text.replace(` --root ${ROOT}`, ''))),
  },
  'invokeai-runs-as-root': { make: (host) => host.edit(INVOKEAI, without('User=')) },
  'invokeai-user-missing': { make: (host) => host.edit(INVOKEAI, (text) => text.replace('User=invokeai', 'User=nobody-here')) },
  'invokeai-root-not-writable': {
    make: (host) => host.entries.set(ROOT, { kind: 'folder', text: '', owner: 'root', group: 'root', mode: '755' }),
  },
  'invokeai-root-read-only': { make: (host) => host.edit(INVOKEAI, without('ReadWritePaths=')) },
  'invokeai-endless-restart': { make: (host) => host.edit(INVOKEAI, without('StartLimit')) },
  'invokeai-stop-signal': { make: (host) => host.edit(INVOKEAI, without('KillSignal=')) },
  'invokeai-cache-hidden': {
    make: (host) => {
      host.users.set('invokeai', { home: '/home/invokeai', groups: ['invokeai'] });
      host.edit(INVOKEAI, (text) => without('Environment=XDG_CACHE_HOME')(without('Environment=HF_HOME')(text)));
    },
  },
  'invokeai-gpu-hidden': { make: (host) => host.edit(INVOKEAI, inService('PrivateDevices=yes')) },
  'invokeai-not-at-boot': { make: (host) => host.units.set('invokeai.service', { active: 'active', enabled: 'disabled' }) },
  'invokeai-env-not-read': { make: (host) => host.write(`${ROOT}/invokeai.env`, 'INVOKEAI_PORT=7860\n', own) },
  'invokeai-settings-nested': { make: (host) => host.edit(YAML, () => GUIDE_YAML) },
  'invokeai-settings-refused': { make: (host) => host.edit(YAML, (text) => `${text}max_cache_size: 6\n`) },
  'invokeai-schema-missing': { make: (host) => host.edit(YAML, without('schema_version')) },
  'invokeai-schema-old': { make: (host) => host.edit(YAML, (text) => text.replace(/schema_version: .*/, 'schema_version: 4.0.1')) },
  'invokeai-settings-no-effect': { make: (host) => host.edit(YAML, (text) => `${text}vram: 40\n`) },
  'invokeai-log-colours': { make: (host) => host.edit(YAML, without('log_format')) },
  'invokeai-backup-overwritten': { make: (host) => host.write(`${YAML}.bak`, 'schema_version: 4.0.2\nmax_queue_size: 20\n', own) },
  'invokeai-python-too-old': { make: (host) => environment(host, '3.10', '6.9.0', "__version__ = '2.7.1+cu126'\ncuda = '12.6'\n") },
  'invokeai-torch-cpu': { make: (host) => environment(host, '3.11', '6.14.2', "__version__ = '2.7.1+cpu'\ncuda = None\n") },
  'invokeai-torch-needs-newer-driver': {
    make: (host) => {
      host.answers.set('gpu', ['0', 'NVIDIA RTX 6000 Ada Generation, 570.133.20, 49140, 8.9']);
      environment(host, '3.12', '6.14.2', "__version__ = '2.9.0+cu130'\ncuda: Optional[str] = '13.0'\n");
    },
  },
  'invokeai-torch-lacks-gpu': {
    values: { invokeai: { torchIndex: 'https://index.test/whl/cu128' } },
    make: (host) => {
      host.answers.set('gpu', ['0', 'NVIDIA GeForce RTX 5090, 580.126.09, 32607, 12.0']);
      environment(host, '3.12', '6.13.0', "__version__ = '2.7.1+cu126'\ncuda = '12.6'\n");
    },
  },
  'shim-stub-mode': { make: (host) => host.write(SHIM, PYTHON_SHIM) },
  'shim-in-python': { make: (host) => pythonShim(host, '') },
  'shim-settings-writable': { make: (host) => pythonShim(host, '') },
  'shim-preset-guidance': { make: (host) => pythonShim(host, `SHIM_MODEL_PRESETS_JSON=${PRESETS}\n`) },
  'shim-template-models': {
    make: (host) => {
      pythonShim(host, `SHIM_GRAPH_TEMPLATE_PATH=${ROOT}/template.json\n`);
      host.write(`${ROOT}/template.json`, TEMPLATE);
      host.write(`${ROOT}/models/def-2/model.safetensors`, '');
    },
  },
  'shim-seed-refused': {
    make: (host) => {
      pythonShim(host, `SHIM_GRAPH_TEMPLATE_PATH=${ROOT}/template.json\n`);
      host.write(`${ROOT}/template.json`, TEMPLATE);
    },
  },
  'shim-not-at-boot': {
    make: (host) => host.units.set('invokeai-openai-images-shim.service', { active: 'active', enabled: 'disabled' }),
  },
  'nginx-without-models': { make: (host) => site(host, GUIDE_SITE, 'invokeai') },
  'nginx-v1-remapped': {
    make: (host) =>
      site(
        host,
        GUIDE_SITE.replace('location / {', 'location /v1/ { proxy_pass http://127.0.0.1:9090/api/v1/; }\n  location / {'),
        'invokeai',
      ),
  },
  'nginx-site-enabled-twice': { make: (host) => site(host, GUIDE_SITE, 'invokeai', 'invokeai.conf') },
  'nginx-healthz-constant': {
    make: (host) =>
      site(
        host,
        'server { listen 7860; location /healthz { return 200 ok; } location / { proxy_pass http://127.0.0.1:9090; } }\n',
        'invokeai',
      ),
  },
  'nginx-default-site': { make: (host) => host.link('/etc/nginx/sites-enabled/default', '/etc/nginx/sites-available/default') },
  'nginx-site-broken': { make: (host) => site(host, 'server {\n  listen 7860;\n', 'invokeai') },
  'nginx-not-at-boot': { make: (host) => host.units.set('nginx.service', { active: 'active', enabled: 'disabled' }) },
};

/** Faults that no recipe fixes. */
const BY_HAND = [
  ...[
    'driver-mismatch',
    'driver-missing',
    'driver-nouveau',
    'gpu-lost',
    'disk-nearly-full',
    'journal-not-persistent',
    'sudo-rule-too-wide',
  ],
  ...['invokeai-env-not-read', 'invokeai-backup-overwritten', 'nginx-site-broken'],
];

describe('diagnose', () => {
  it('finds nothing on a host that the recipes set up, nor on a bare one', async () => {
    expect(await findingsOf(await healthyHost())).toEqual([]);
    expect(await findingsOf(createHostInMemory())).toEqual([]);
  });

  it('finds nothing on a Mac, which has none of these programs', async () => {
    const host = createHostInMemory();
    host.entries.clear();
    host.answers.clear();
    host.answers.set('os', ['ID=macos', 'VERSION_ID=15.1']);
    expect(await findingsOf(host)).toEqual([]);
  });

  it('has a fault to be tried with for every diagnosis', () => {
    expect(Object.keys(FAULTS).sort()).toEqual(DIAGNOSES.map(({ id }) => id).sort());
  });

  it.each(Object.entries(FAULTS))('finds %s, and the recipe that it names fixes it', async (id, { make, together, values }) => {
    const host = await healthyHost();
    make(host);
    const finding = (await findingsOf(host)).find((found) => found.id === id);
    expect(finding?.evidence.length).toBeGreaterThan(0);
    const recipe = RECIPES.find((one) => one.id === finding?.recipe);
    expect(recipe === undefined).toBe(BY_HAND.includes(id));
    if (recipe === undefined) return;
    await host.apply(together === undefined ? [recipe] : RECIPES.filter((one) => together.includes(one.id)), values);
    expect((await findingsOf(host)).map((found) => found.id)).not.toContain(id);
  });

  it('names the recipe of nginx for a site only where that recipe takes it away', async () => {
    const host = await healthyHost();
    site(host, GUIDE_SITE, 'images');
    const found = async () => (await findingsOf(host)).find(({ id }) => id === 'nginx-without-models');
    expect(await found()).toMatchObject({ recipe: null, remedy: expect.stringContaining('/etc/nginx/sites-enabled/images') });
    host.entries.delete('/etc/nginx/sites-enabled/images');
    host.link('/etc/nginx/sites-enabled/ada-images', '/etc/nginx/sites-available/ada-images');
    host.edit('/etc/nginx/sites-available/ada-images', () => GUIDE_SITE);
    expect((await found())?.recipe).toBe('nginx');
    await host.apply(SETS);
    expect(await findingsOf(host)).toEqual([]);
  });

  it('names no recipe where a drop-in would stay', async () => {
    const host = await healthyHost();
    host.write(`${INVOKEAI}.d/override.conf`, '[Service]\nUser=root\n');
    const [finding] = (await findingsOf(host)).filter(({ id }) => id === 'invokeai-runs-as-root');
    expect(finding).toMatchObject({ recipe: null, remedy: expect.stringContaining('override.conf') });
  });
});

describe('a host set up after a guide', () => {
  it('gets what is wrong by name, and is in good order after the recipes', async () => {
    const host = createHostInMemory();
    host.users.set('invokeai', { home: '/home/invokeai', groups: ['invokeai'] });
    host.write(YAML, GUIDE_YAML, own);
    host.entries.set(ROOT, { kind: 'folder', text: '', ...own, mode: '755' });
    host.write(INVOKEAI, GUIDE_UNIT);
    environment(host, '3.10', '6.9.0', "__version__ = '2.7.1+cu126'\ncuda = '12.6'\n");
    pythonShim(host, `SHIM_MODEL_PRESETS_JSON=${PRESETS}\n`);
    host.write('/etc/nginx/sites-available/default', 'server { listen 80; }\n');
    host.link('/etc/nginx/sites-enabled/default', '/etc/nginx/sites-available/default');
    site(host, GUIDE_SITE, 'invokeai');
    for (const name of ['invokeai.service', 'invokeai-openai-images-shim.service', 'nginx.service'])
      host.units.set(name, { active: 'active', enabled: 'enabled' });

    expect((await findingsOf(host)).map(({ id, severity }) => `${severity} ${id}`)).toMatchInlineSnapshot(`
      [
        "bad invokeai-port-clash",
        "bad invokeai-option-refused",
        "bad invokeai-root-ignored",
        "bad shim-preset-guidance",
        "warning invokeai-exposed",
        "warning invokeai-endless-restart",
        "warning invokeai-settings-nested",
        "warning invokeai-settings-no-effect",
        "warning invokeai-python-too-old",
        "warning shim-in-python",
        "warning shim-settings-writable",
        "warning nginx-without-models",
        "info invokeai-stop-signal",
        "info invokeai-log-colours",
        "info nginx-default-site",
      ]
    `);
    await host.apply(SETS);
    expect(await findingsOf(host)).toEqual([]);
  });
});

describe('any text', () => {
  it('is read without an error, and evidence stays short', async () => {
    const healthy = await healthyHost();
    pythonShim(healthy, `SHIM_GRAPH_TEMPLATE_PATH=${ROOT}/template.json\n`);
    healthy.write(`${ROOT}/template.json`, TEMPLATE);
    const paths = [...healthy.entries].flatMap(([path, { kind }]) => (kind === 'file' ? [path] : []));
    const before = new Map(healthy.entries);
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(
          fc.constantFrom('[Service]', 'ExecStart=', 'User=', 'server {', 'listen ', '}', '"', '\\', '\u001b[31m', '--port=', ': {', '\n'),
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...paths), text), fc.array(text), async (texts, lines) => {
        for (const [path, entry] of before) healthy.entries.set(path, entry);
        for (const [path, replaced] of Object.entries(texts)) healthy.edit(path, () => replaced);
        const words = lines.join(' ').replaceAll('\u001e', '').split('\n');
        for (const kind of ['gpu', 'listen', 'pci', 'disk', 'os']) healthy.answers.set(kind, words);
        for (const name of ['invokeai.service', 'nginx.service']) healthy.logs.set(name, words);
        for (const finding of await findingsOf(healthy)) {
          expect(finding.evidence.every((line) => line.length <= 300)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
