import { GPU_NAME } from '../base/gpu.ts';
import type { InvokeAi } from './invokeai.ts';
import { json, type Route, route } from './route-table.ts';

const INVOKEAI_VERSION = '6.14.0';

const DEPENDENCIES = {
  accelerate: '1.10.1',
  compel: '2.1.1',
  CUDA: '12.8',
  diffusers: '0.39.0',
  numpy: '1.26.4',
  opencv: '4.9.0.80',
  pillow: '11.3.0',
  torch: '2.7.1+cu128',
  torchvision: '0.22.1+cu128',
  transformers: '5.5.1',
};

const CONFIG = {
  schema_version: '4.0.3',
  host: '127.0.0.1',
  port: 9090,
  log_format: 'color',
  precision: 'auto',
  device: 'auto',
  generation_devices: 'auto',
  max_cache_ram_gb: null,
  max_cache_vram_gb: null,
  device_working_mem_gb: 3,
  enable_partial_loading: true,
  keep_ram_copy_of_weights: true,
  model_cache_keep_alive_min: 0,
  max_queue_size: 10000,
  clear_queue_on_startup: false,
  max_queue_history: null,
  models_dir: 'models',
  outputs_dir: 'outputs',
  multiuser: false,
};

const NO_GPU = ['gpu-lost', 'driver-mismatch', 'invokeai-cpu-only'] as const;

/** What the server says of itself. */
export function appRoutes(invokeai: InvokeAi): readonly Route[] {
  const { faults } = invokeai;
  return [
    route('GET', '/api/v1/app/version', () => json({ version: faults.has('invokeai-known-bad-version') ? '5.0.2' : INVOKEAI_VERSION })),
    route('GET', '/api/v1/app/app_deps', () => json(DEPENDENCIES)),
    route('GET', '/api/v1/app/runtime_config', () => json({ set_fields: ['host', 'port'], config: CONFIG })),
    route('GET', '/api/v1/app/generation_device_options', () =>
      json(NO_GPU.some((fault) => faults.has(fault)) ? [{ device: 'cpu', name: 'CPU' }] : [{ device: 'cuda:0', name: GPU_NAME }]),
    ),
    route('GET', '/api/v1/app/logging', () => json(20)),
    route('GET', '/api/v1/app/invocation_cache/status', () => json({ size: 0, hits: 0, misses: 0, enabled: true, max_size: 512 })),
  ];
}
