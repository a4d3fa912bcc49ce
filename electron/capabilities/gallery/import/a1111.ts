import { decimalNumber, type FoundParameters, samplerOf, wholeNumber } from './found.ts';

const NEGATIVE = 'Negative prompt:';
/** About the file or the program; they change nothing in the image. */
const INFORMATION: ReadonlySet<string> = new Set(
  [
    'Model hash',
    'VAE hash',
    'Lora hashes',
    'TI hashes',
    'Hashes',
    'Version',
    'User',
    'Created Date',
    'Refiner hash',
    'Performance',
    'Requested but not reported',
  ].map((name) => name.toLowerCase()),
);
const MAX_LORAS = 10;
/** Longer than any prompt that a program takes. */
const MAX_CHARS = 128 * 1024;

/**
 * Reads `parameters` as Automatic1111, Forge, SD.Next, Fooocus (scheme a1111) and this panel write it: prompt, negative prompt, and
 * one line of names and values. Null when there is no such line.
 */
export function readA1111(text: string): FoundParameters | null {
  if (text.length > MAX_CHARS) return null;
  const lines = text.replace(/\0/g, '').trim().split(/\r?\n/);
  const at = lines.findLastIndex((line) => /^\s*Steps: ?\d+/.test(line));
  if (at < 0) return null;
  const pairs = pairsOf(lines[at] ?? '');
  const value = (name: string): string | undefined => pairs.get(name.toLowerCase())?.value;
  const [, width, height] = /^(\d{1,6})x(\d{1,6})$/.exec(value('Size')?.trim() ?? '') ?? [];
  const words = promptsOf(lines.slice(0, at));
  const prompt = value('Raw prompt') ?? words.prompt;
  const negativePrompt = value('Raw negative prompt') ?? words.negativePrompt;
  const sampler = value('Sampler');
  // Families with a distilled guidance (Flux in Forge) take that; their CFG scale is then off, which is 1.
  const distilled = decimalNumber(value('CFG scale')) === 1 ? decimalNumber(value('Distilled CFG Scale')) : undefined;
  const used = new Set(['steps', 'sampler', 'schedule type', 'scheduler', 'cfg scale', 'seed', 'size', 'model']);
  used.add('raw prompt').add('raw negative prompt');
  if (distilled !== undefined) used.add('distilled cfg scale');
  const others = [...pairs].filter(([name]) => !used.has(name) && !INFORMATION.has(name));
  const isFooocus = value('Version')?.startsWith('Fooocus') === true;
  return {
    source: isFooocus ? 'Fooocus' : 'Automatic1111',
    prompt,
    negativePrompt,
    width: wholeNumber(width),
    height: wholeNumber(height),
    steps: wholeNumber(value('Steps')),
    guidance: distilled ?? decimalNumber(value('CFG scale')),
    seed: value('Seed'),
    model: value('Model'),
    sampler: sampler === undefined ? undefined : samplerOf(sampler, value('Schedule type') ?? value('Scheduler') ?? ''),
    notUsed: [
      ...lorasOf(prompt),
      ...others.map(([, { name, value: other }]) => `${name}: ${other}`),
      ...lines.slice(at + 1).flatMap((line) => (line.trim() === '' ? [] : [line.trim()])),
    ],
  };
}

function promptsOf(lines: readonly string[]): { readonly prompt: string; readonly negativePrompt: string } {
  const at = lines.findIndex((line) => line.trimStart().startsWith(NEGATIVE));
  if (at < 0) return { prompt: lines.join('\n').trim(), negativePrompt: '' };
  const first = (lines[at] ?? '').trimStart().slice(NEGATIVE.length);
  return { prompt: lines.slice(0, at).join('\n').trim(), negativePrompt: [first, ...lines.slice(at + 1)].join('\n').trim() };
}

/** `Name: value, Name: "quoted, value"` by one pass; the first of a name counts. Names are compared without case. */
function pairsOf(line: string): ReadonlyMap<string, { readonly name: string; readonly value: string }> {
  const pairs = new Map<string, { readonly name: string; readonly value: string }>();
  let at = 0;
  // One that never ends is looked for once: the rest of the line is read for it.
  let isJsonComplete = true;
  while (at < line.length) {
    const colon = line.indexOf(':', at);
    if (colon < 0) break;
    const name = line.slice(line.lastIndexOf(',', colon) < at ? at : line.lastIndexOf(',', colon) + 1, colon).trim();
    let from = colon + 1;
    while (line[from] === ' ') from += 1;
    const quoted = line[from] === '"' ? quotedAt(line, from) : null;
    const isJson: boolean = isJsonComplete && (line[from] === '{' || line[from] === '[');
    const behindJson: number | null = isJson ? jsonEnd(line, from) : null;
    if (isJson) isJsonComplete = behindJson !== null;
    const comma = line.indexOf(',', quoted?.end ?? behindJson ?? from);
    const end = comma < 0 ? line.length : comma;
    const value = quoted?.text ?? line.slice(from, end).trim();
    if (name !== '' && !pairs.has(name.toLowerCase())) pairs.set(name.toLowerCase(), { name, value });
    at = end + 1;
  }
  return pairs;
}

/** A JSON string that begins at `from`; null when it never ends or is none. */
function quotedAt(line: string, from: number): { readonly text: string; readonly end: number } | null {
  let at = from + 1;
  while (at < line.length && line[at] !== '"') at += line[at] === '\\' ? 2 : 1;
  if (at >= line.length) return null;
  try {
    return { text: String(JSON.parse(line.slice(from, at + 1))), end: at + 1 };
  } catch {
    return { text: line.slice(from + 1, at), end: at + 1 };
  }
}

/** Where a JSON value that begins at `from` ends (Hashes, Civitai resources); null when it never does. */
function jsonEnd(line: string, from: number): number | null {
  let depth = 0;
  for (const match of line.slice(from).matchAll(/"(?:\\.|[^"\\])*"?|[[\]{}]/g)) {
    if (match[0] === '{' || match[0] === '[') depth += 1;
    else if (match[0] === '}' || match[0] === ']') depth -= 1;
    if (depth === 0) return from + match.index + 1;
  }
  return null;
}

function lorasOf(prompt: string): readonly string[] {
  const tags = [...prompt.matchAll(/<(?:lora|lyco|hypernet):([^<>:]{1,100})(?::[^<>]{0,40})?>/g)].slice(0, MAX_LORAS);
  return tags.map(([tag, name]) => `LoRA ${name}: not loaded; ${tag} remains in the prompt as text`);
}
