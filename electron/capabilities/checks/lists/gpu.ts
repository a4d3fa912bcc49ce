import type { Check } from '../check.ts';
import { GPU_DRIVER_CHECKS } from './gpu-driver.ts';
import { GPU_HEALTH_CHECKS } from './gpu-health.ts';
import { GPU_VRAM_CHECKS } from './gpu-vram.ts';
import { GPU_XID_CHECK } from './gpu-xid.ts';

/** The checks of group gpu. */
export const GPU_CHECKS: readonly Check[] = [...GPU_DRIVER_CHECKS, ...GPU_HEALTH_CHECKS, GPU_XID_CHECK, ...GPU_VRAM_CHECKS];
