import type { Check } from '../check.ts';
import { COMFYUI_CHECKS } from './backend-comfyui.ts';
import { BACKEND_FILE_CHECKS } from './backend-files.ts';
import { INVOKEAI_CHECKS } from './backend-invokeai.ts';
import { QUEUE_CHECKS } from './backend-queue.ts';
import { SHIM_CHECKS } from './backend-shim.ts';
import { SHIM_MODEL_CHECKS } from './backend-shim-models.ts';

/** The checks of group backend. */
export const BACKEND_CHECKS: readonly Check[] = [
  ...INVOKEAI_CHECKS,
  ...QUEUE_CHECKS,
  ...COMFYUI_CHECKS,
  ...SHIM_CHECKS,
  ...SHIM_MODEL_CHECKS,
  ...BACKEND_FILE_CHECKS,
];
