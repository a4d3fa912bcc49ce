/** How many colours of services a palette has. */
const COLORS = 8;

/** Programs that most hosts run, by a part of their name, the more special first; the place is that of their colour. */
const KNOWN: readonly (readonly [part: string, place: number])[] = [
  ['shim', 2],
  ['invokeai', 1],
  ['comfyui', 4],
  ['nginx', 3],
  ['ollama', 5],
  ['gateway', 7],
  ['nexa', 6],
];

/** The last part of a path, without the unit's type and instance: `comfyui@1.service` → `comfyui`. */
function bareName(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  return last.replace(/\.(service|socket|timer|target|scope|slice)$/, '').replace(/@.*$/, '');
}

/** A number from 0 to 2³² − 1 that is the same for the same name on every computer (FNV-1a). */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

/**
 * The colour of a unit or program as a CSS value: the same for the same service on every page, in charts, bars and logs.
 * Its contrast suffices for text. The name must stand beside it: two unknown services may share a colour.
 */
export function serviceColor(unitOrProgram: string): string {
  const name = bareName(unitOrProgram);
  const place = KNOWN.find(([part]) => name.includes(part))?.[1] ?? (hashOf(name) % COLORS) + 1;
  return `var(--ada-service${place})`;
}
