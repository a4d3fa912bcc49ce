import type { Check } from '../check.ts';

export const BACKEND_CHECKS: readonly Check[] = [];
