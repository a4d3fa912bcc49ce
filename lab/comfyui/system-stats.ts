import { GPU_NAME, type GpuReading, MEMORY_TOTAL_MIB } from '../base/gpu.ts';
import type { ComfyUi } from './comfyui.ts';

const MIB = 1048576;

/** The answer to `/system_stats`. */
export function systemStats(host: { readonly comfyui: Pick<ComfyUi, 'reservedMiB'>; gpu(): GpuReading; isGpuSeen(): boolean }): unknown {
  const reading = host.gpu();
  const reserved = host.comfyui.reservedMiB * MIB;
  const device = host.isGpuSeen()
    ? {
        name: `cuda:0 ${GPU_NAME} : cudaMallocAsync`,
        type: 'cuda',
        index: 0,
        vram_total: (MEMORY_TOTAL_MIB - reading.memoryReservedMiB) * MIB,
        vram_free: reading.memoryFreeMiB * MIB,
        torch_vram_total: reserved,
        torch_vram_free: 0,
      }
    : { name: 'cpu', type: 'cpu', index: null, vram_total: 0, vram_free: 0, torch_vram_total: 0, torch_vram_free: 0 };
  return {
    system: {
      os: 'posix',
      ram_total: 134_900_723_712,
      ram_free: 121_312_411_648,
      comfyui_version: '0.3.64',
      required_frontend_version: '1.27.10',
      installed_templates_version: '0.1.95',
      required_templates_version: '0.1.95',
      python_version: '3.12.3 (main, Aug 14 2025, 17:47:21) [GCC 13.3.0]',
      pytorch_version: '2.7.1+cu128',
      embedded_python: false,
      argv: ['main.py', '--listen', '127.0.0.1', '--port', '8188', '--preview-method', 'auto'],
    },
    devices: [device],
  };
}
