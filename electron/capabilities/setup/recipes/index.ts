import type { Recipe } from '../recipe.ts';
import { INVOKEAI } from './invokeai.ts';
import { LEAST_PRIVILEGE } from './least-privilege.ts';

/** In the order in which a bare host is set up. */
export const RECIPES: readonly Recipe[] = [LEAST_PRIVILEGE, INVOKEAI];
