import type { Check } from './check.ts';
import { BACKEND_CHECKS } from './lists/backend.ts';
import { BACKUPS_CHECKS } from './lists/backups.ts';
import { EXPOSURE_CHECKS } from './lists/exposure.ts';
import { GATEWAY_CHECKS } from './lists/gateway.ts';
import { GATEWAY_MACHINE_CHECKS } from './lists/gateway-machine.ts';
import { GPU_CHECKS } from './lists/gpu.ts';
import { HOST_CHECKS } from './lists/host.ts';
import { IMAGES_CHECKS } from './lists/images.ts';
import { PROXY_CHECKS } from './lists/proxy.ts';
import { SERVICES_CHECKS } from './lists/services.ts';

/** Every check, in the order in which the page and the reports list them. */
export const CHECKS: readonly Check[] = [
  ...HOST_CHECKS,
  ...BACKUPS_CHECKS,
  ...GPU_CHECKS,
  ...SERVICES_CHECKS,
  ...BACKEND_CHECKS,
  ...PROXY_CHECKS,
  ...GATEWAY_CHECKS,
  ...GATEWAY_MACHINE_CHECKS,
  ...IMAGES_CHECKS,
  ...EXPOSURE_CHECKS,
];
