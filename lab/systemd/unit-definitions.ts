/** A unit file of the simulated host. */
export interface UnitDefinition {
  readonly name: string;
  readonly description: string;
  readonly type: 'notify' | 'simple' | 'exec' | 'oneshot' | 'forking';
  readonly user: string;
  readonly fragmentPath: string;
  readonly workingFolder?: string;
  /** Whether it is linked to its target when the host is new. */
  readonly enabled: boolean;
  /** What `enable` links it to, of `WantedBy`; none = a static unit. */
  readonly wantedBy: readonly string[];
  readonly conflicts: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentFiles: readonly string[];
  /** From start to running, and from stop to dead. */
  readonly startMs: number;
  readonly stopMs: number;
  readonly command: string;
  readonly identifier: string;
  readonly requires: readonly string[];
  readonly memoryMiB: number;
  readonly tasks: number;
  /** Output during the start, spread over startMs. */
  readonly startLines: readonly string[];
  readonly stopLines: readonly string[];
}

const MULTI_USER = { wantedBy: ['multi-user.target'], conflicts: [], environment: {}, environmentFiles: [] };

/** Models of the simulated shim: of its configuration on a host that is set up. */
const SHIM_PRESETS = {
  gpu_fast: { model: 'Dreamshaper 8', steps: 20, cfg_scale: 7 },
  gpu_slow: { model: 'Juggernaut XL v9', steps: 30, cfg_scale: 6 },
};

export const INVOKEAI = 'invokeai.service';
export const SHIM = 'invokeai-openai-images-shim.service';
export const NGINX = 'nginx.service';
export const OLLAMA = 'ollama.service';
export const COMFYUI = 'comfyui.service';
export const GATEWAY = 'gateway.service';

const CYAN = '\u001b[38;20m';
const YELLOW = '\u001b[33;20m';
const RED = '\u001b[31;20m';
const RESET = '\u001b[0m';
const COLOURS = { INFO: CYAN, WARNING: YELLOW, ERROR: RED };

/** A line of InvokeAI with its default `log_format: color`; printing replaces {time}. */
export function invokeLine(level: keyof typeof COLOURS, text: string, logger = 'InvokeAI'): string {
  return `${COLOURS[level]}[{time}]::[${logger}]::${level} --> ${text}${RESET}`;
}

/** The services of the lab's host that is set up; a unit file that starts one of their programs behaves as they do. */
export const SERVICE_DEFINITIONS: readonly UnitDefinition[] = [
  {
    name: INVOKEAI,
    description: 'InvokeAI Image Generation Service',
    type: 'notify',
    user: 'invokeai',
    fragmentPath: '/etc/systemd/system/invokeai.service',
    ...MULTI_USER,
    enabled: true,
    startMs: 4000,
    stopMs: 900,
    command: '/var/lib/invokeai/venv/bin/python /var/lib/invokeai/venv/bin/invokeai-web --root /var/lib/invokeai',
    identifier: 'invokeai-web',
    requires: [],
    memoryMiB: 3120,
    tasks: 63,
    startLines: [
      'Started process as user invokeai',
      invokeLine('INFO', 'Using torch device: NVIDIA RTX 6000 Ada Generation'),
      invokeLine('INFO', 'cuDNN version: 90701'),
      invokeLine('INFO', 'Patchmatch initialized'),
      invokeLine('INFO', 'Loading custom nodes from /var/lib/invokeai/nodes'),
      invokeLine('INFO', 'InvokeAI version 6.14.0'),
      invokeLine('INFO', 'Root directory = /var/lib/invokeai'),
      invokeLine('INFO', 'Initializing database at /var/lib/invokeai/databases/invokeai.db'),
      invokeLine('INFO', 'Calculated model RAM cache size: 15632.87 MB. Heuristics applied: [1, 2].', 'ModelManagerService'),
      invokeLine('WARNING', 'The model cache may hold VRAM while idle; set `device_working_mem_gb` to reserve more.'),
      invokeLine('INFO', 'Invoke running on http://127.0.0.1:9090 (Press CTRL+C to quit)'),
    ],
    stopLines: [
      invokeLine('INFO', 'Shutting down', 'uvicorn.error'),
      invokeLine('INFO', 'Application shutdown complete.', 'uvicorn.error'),
    ],
  },
  {
    name: SHIM,
    description: 'OpenAI Images shim for InvokeAI',
    type: 'simple',
    user: 'invokeai',
    fragmentPath: '/etc/systemd/system/invokeai-openai-images-shim.service',
    ...MULTI_USER,
    enabled: true,
    startMs: 150,
    stopMs: 200,
    environment: {
      SHIM_MODE: 'invokeai_queue',
      SHIM_REQUIRE_GPU: 'true',
      SHIM_MODEL_PRESETS_JSON: JSON.stringify(SHIM_PRESETS),
      INVOKEAI_DEFAULT_MODEL: 'Juggernaut XL v9',
    },
    command: '/usr/bin/node /opt/ada-images-shim/images-shim.cjs',
    identifier: 'node',
    requires: [INVOKEAI],
    memoryMiB: 74,
    tasks: 4,
    startLines: [],
    stopLines: [],
  },
  {
    name: NGINX,
    description: 'A high performance web server and a reverse proxy server',
    type: 'forking',
    user: 'root',
    fragmentPath: '/usr/lib/systemd/system/nginx.service',
    ...MULTI_USER,
    enabled: true,
    startMs: 120,
    stopMs: 150,
    command: 'nginx: master process /usr/sbin/nginx -g daemon on; master_process on;',
    identifier: 'nginx',
    requires: [],
    memoryMiB: 14,
    tasks: 17,
    startLines: [],
    stopLines: [],
  },
  {
    name: OLLAMA,
    description: 'Ollama Service',
    type: 'simple',
    user: 'ollama',
    fragmentPath: '/etc/systemd/system/ollama.service',
    ...MULTI_USER,
    enabled: true,
    startMs: 300,
    stopMs: 250,
    command: '/usr/local/bin/ollama serve',
    identifier: 'ollama',
    requires: [],
    memoryMiB: 210,
    tasks: 27,
    startLines: [
      'level=INFO source=routes.go:1225 msg="Listening on 127.0.0.1:11434 (version 0.5.13)"',
      'level=INFO source=types.go:130 msg="inference compute" library=cuda compute=8.9 driver=13.0 name="NVIDIA RTX 6000 Ada Generation" total="44.4 GiB"',
    ],
    stopLines: [],
  },
  {
    name: COMFYUI,
    description: 'ComfyUI',
    type: 'simple',
    user: 'comfyui',
    fragmentPath: '/etc/systemd/system/comfyui.service',
    ...MULTI_USER,
    enabled: false,
    startMs: 2500,
    stopMs: 400,
    workingFolder: '/opt/ComfyUI',
    command: '/opt/comfyui/venv/bin/python main.py --listen 127.0.0.1 --port 8188 --preview-method auto',
    identifier: 'python',
    requires: [],
    memoryMiB: 1180,
    tasks: 22,
    startLines: [
      'Total VRAM 45458 MB, total RAM 128651 MB',
      'Set vram state to: NORMAL_VRAM',
      'Starting server',
      'To see the GUI go to: http://127.0.0.1:8188',
    ],
    stopLines: ['Stopped server'],
  },
  {
    name: GATEWAY,
    description: 'Local AI Gateway',
    type: 'simple',
    user: 'gateway',
    fragmentPath: '/etc/systemd/system/gateway.service',
    ...MULTI_USER,
    enabled: true,
    startMs: 900,
    stopMs: 300,
    workingFolder: '/var/lib/gateway/app',
    command: '/var/lib/gateway/env/bin/python -m uvicorn app.main:app --host 0.0.0.0 --port 8800',
    identifier: 'python',
    requires: [],
    memoryMiB: 96,
    tasks: 9,
    startLines: ['INFO:     Application startup complete.'],
    stopLines: ['INFO:     Finished server process'],
  },
];

/** What runs on every host, also on a bare one. */
export const SYSTEM_DEFINITIONS: readonly UnitDefinition[] = [
  'ssh',
  'cron',
  'systemd-journald',
  'systemd-resolved',
  'nvidia-persistenced',
].map((name) => ({
  name: `${name}.service`,
  description: `${name} daemon`,
  type: 'simple' as const,
  user: 'root',
  fragmentPath: `/usr/lib/systemd/system/${name}.service`,
  ...MULTI_USER,
  ...MULTI_USER,
  enabled: true,
  startMs: 50,
  stopMs: 50,
  command: `/usr/sbin/${name}`,
  identifier: name,
  requires: [],
  memoryMiB: 6,
  tasks: 1,
  startLines: [],
  stopLines: [],
}));
