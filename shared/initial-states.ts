import type { ChecksState } from './capabilities/checks/contract.ts';
import type { ComfyUiState } from './capabilities/comfyui/contract.ts';
import type { GatewayState } from './capabilities/gateway/contract.ts';
import type { GpuStatus } from './capabilities/gpu/contract.ts';
import type { ModelsState } from './capabilities/models/contract.ts';
import type { ProbesState } from './capabilities/probes/contract.ts';
import type { ServicesState } from './capabilities/services/contract.ts';
import type { SetupState } from './capabilities/setup/contract.ts';
import { DEFAULT_PORTS } from './default-ports.ts';

/** The GPUs of no host. */
export const INITIAL_GPU_STATUS: GpuStatus = {
  hostId: null,
  state: { kind: 'waiting' },
  gpus: [],
  health: [],
  processes: [],
  processesAt: null,
  xids: [],
  kernelLog: 'unknown',
  warnings: [],
  badLines: 0,
  unknown: {},
  latest: [],
};

/** The services of no host. */
export const INITIAL_SERVICES: ServicesState = { hostId: null, units: [], takenAt: null, error: null, sudoWithoutPassword: null };

/** The gateway of no host. */
export const INITIAL_GATEWAY: GatewayState = {
  hostId: null,
  profile: null,
  trust: { kind: 'system' },
  hasToken: false,
  phase: { kind: 'not-set-up' },
  reading: null,
};

/** The ComfyUI of no host. */
export const INITIAL_COMFYUI: ComfyUiState = {
  hostId: null,
  phase: { kind: 'away' },
  system: null,
  queue: null,
  checkpoints: null,
  folder: null,
  downloads: [],
  disk: null,
  takenAt: null,
};

/** The models of no host. */
export const INITIAL_MODELS: ModelsState = {
  hostId: null,
  phase: { kind: 'away' },
  models: null,
  jobs: [],
  queue: null,
  disk: null,
  login: { kind: 'unknown', email: null, isAdmin: null },
  device: { kind: 'unknown', name: null },
  lastUsed: {},
  canPause: false,
  takenAt: null,
};

/** The setup of no host. */
export const INITIAL_SETUP_STATE: SetupState = { recipes: [], run: null, error: null, reportSavedAt: null };

/** The probes of no host. */
export const INITIAL_PROBES: ProbesState = {
  probes: [],
  addresses: { invokeai: String(DEFAULT_PORTS.invokeai), comfyui: String(DEFAULT_PORTS.comfyui) },
};

/** The checks of no host. */
export const INITIAL_CHECKS: ChecksState = {
  checks: [],
  results: [],
  run: null,
  history: [],
  schedule: null,
  nextAt: null,
  error: null,
};
