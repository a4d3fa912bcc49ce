import type { Check } from '../check.ts';

export const GATEWAY_MACHINE_CHECKS: readonly Check[] = [];
