import type { Check } from '../check.ts';

export const BACKUPS_CHECKS: readonly Check[] = [];
