import type { Check } from '../check.ts';

export const SERVICES_CHECKS: readonly Check[] = [];
