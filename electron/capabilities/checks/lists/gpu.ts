import type { Check } from '../check.ts';

export const GPU_CHECKS: readonly Check[] = [];
