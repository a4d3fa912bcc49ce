import type { Check } from '../check.ts';

export const GATEWAY_CHECKS: readonly Check[] = [];
