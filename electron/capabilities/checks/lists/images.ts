import type { Check } from '../check.ts';

export const IMAGES_CHECKS: readonly Check[] = [];
