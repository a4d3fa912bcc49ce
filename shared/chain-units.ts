/** What a service does for image generation. */
export type ChainRole = 'invokeai' | 'shim' | 'nginx' | 'comfyui' | 'ollama';

/** In the order of the Services page; the first pattern that matches decides. */
const ROLES: readonly { readonly role: ChainRole; readonly pattern: RegExp }[] = [
  { role: 'invokeai', pattern: /^invokeai\.service$/ },
  { role: 'shim', pattern: /images-shim[^/]*\.service$/ },
  { role: 'nginx', pattern: /^nginx\.service$/ },
  { role: 'comfyui', pattern: /^comfyui\.service$/ },
  { role: 'ollama', pattern: /^ollama\.service$/ },
];

export const CHAIN_ROLE_COUNT = ROLES.length;

/** Place of a unit among the services of image generation, from 0; null = it is none of them. */
export function placeInChain(unit: string): number | null {
  const place = ROLES.findIndex(({ pattern }) => pattern.test(unit));
  return place === -1 ? null : place;
}

/** The role of a unit in image generation; null = none. */
export function roleOfUnit(unit: string): ChainRole | null {
  const place = placeInChain(unit);
  return place === null ? null : (ROLES[place]?.role ?? null);
}

/** Whether the panel always lists this unit: true for the services of image generation. */
export const isChainUnit = (unit: string): boolean => placeInChain(unit) !== null;
