import type { Rule } from '../rule.ts';
import { ADMISSION_RULES } from './admission.ts';
import { GATEWAY_RULES } from './gateway.ts';
import { GPU_RULES } from './gpu.ts';
import { GPU_VALUE_RULES } from './gpu-values.ts';
import { INCIDENT_RULES } from './incidents.ts';
import { INVOKEAI_RULES } from './invokeai.ts';
import { INVOKEAI_START_RULES } from './invokeai-start.ts';
import { JOB_RULES } from './jobs.ts';
import { MACHINE_RULES } from './machine.ts';
import { MODEL_RULES } from './models.ts';
import { NGINX_RULES } from './nginx.ts';
import { REPLY_RULES } from './replies.ts';
import { SHIM_RULES } from './shim.ts';
import { VRAM_RULES } from './vram.ts';

/** Every possible cause; the order decides between those of one depth. */
export const RULES: readonly Rule[] = [
  ...GPU_RULES,
  ...GPU_VALUE_RULES,
  ...MACHINE_RULES,
  ...INCIDENT_RULES,
  ...INVOKEAI_START_RULES,
  ...INVOKEAI_RULES,
  ...MODEL_RULES,
  ...VRAM_RULES,
  ...JOB_RULES,
  ...SHIM_RULES,
  ...NGINX_RULES,
  ...GATEWAY_RULES,
  ...ADMISSION_RULES,
  ...REPLY_RULES,
];
