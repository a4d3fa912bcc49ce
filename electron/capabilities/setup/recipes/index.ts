import type { Recipe } from '../recipe.ts';
import { COMFYUI } from './comfyui.ts';
import { GATEWAY } from './gateway.ts';
import { IMAGES_SHIM } from './images-shim.ts';
import { INVOKEAI } from './invokeai.ts';
import { LEAST_PRIVILEGE } from './least-privilege.ts';
import { NETWORK } from './network.ts';
import { NGINX } from './nginx.ts';
import { PRESET } from './preset.ts';
import { RETIRE_NEXA } from './retire-nexa.ts';
import { SWITCH } from './switch.ts';
import { UNINSTALL } from './uninstall.ts';

/** In the order in which a bare host is set up. */
export const RECIPES: readonly Recipe[] = [
  LEAST_PRIVILEGE,
  NETWORK,
  INVOKEAI,
  COMFYUI,
  IMAGES_SHIM,
  NGINX,
  PRESET,
  SWITCH,
  GATEWAY,
  RETIRE_NEXA,
  UNINSTALL,
];
