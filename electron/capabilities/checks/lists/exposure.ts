import type { Check } from '../check.ts';

export const EXPOSURE_CHECKS: readonly Check[] = [];
