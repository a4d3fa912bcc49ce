/** Lists by their name: `__colour__` picks a line of the list `colour`. */
export type WildcardLists = Readonly<Record<string, readonly string[]>>;

export const TEMPLATE_LIMITS = { maxDepth: 8, maxPicks: 200, maxChars: 4000, maxNameChars: 60 } as const;

export interface ResolvedPrompt {
  readonly text: string;
  /** Whether anything was picked. */
  readonly isTemplate: boolean;
  /** Why it cannot be resolved, in words; null = it was. */
  readonly problem: string | null;
}

interface State {
  readonly lists: WildcardLists;
  readonly next: () => number;
  picks: number;
  problem: string | null;
}

/**
 * Resolves `{a|b|c}` (one of them, also nested) and `__name__` (a line of the list). The same seed and lists make the same prompt.
 * `\{`, `\|`, `\}` and `\_` are the characters themselves; braces without `|` stay as they are. Never throws.
 */
export function resolvePrompt(template: string, seed: number, lists: WildcardLists): ResolvedPrompt {
  const state: State = { lists, next: randomFrom(seed), picks: 0, problem: null };
  const text = resolve(template.slice(0, TEMPLATE_LIMITS.maxChars), state, 0);
  if (state.problem === null && text.length > TEMPLATE_LIMITS.maxChars)
    state.problem = `The resolved prompt has more than ${TEMPLATE_LIMITS.maxChars} characters.`;
  return { text: text.slice(0, TEMPLATE_LIMITS.maxChars), isTemplate: state.picks > 0 || state.problem !== null, problem: state.problem };
}

function resolve(text: string, state: State, depth: number): string {
  if (depth > TEMPLATE_LIMITS.maxDepth) {
    state.problem ??= `Alternatives and lists are nested more than ${TEMPLATE_LIMITS.maxDepth} deep.`;
    return '';
  }
  const groups = groupsOf(text);
  let resolved = '';
  let at = 0;
  while (at < text.length && state.problem === null && resolved.length <= TEMPLATE_LIMITS.maxChars) {
    const char = text[at] ?? '';
    const group = char === '{' ? groups.get(at) : undefined;
    if (char === '\\' && '{|}_'.includes(text[at + 1] ?? '.')) {
      resolved += text[at + 1] ?? '';
      at += 2;
    } else if (group !== undefined) {
      const picked = pick(group.options, state);
      resolved += picked === null ? '' : resolve(text.slice(picked.from, picked.to), state, depth + 1);
      at = group.end + 1;
    } else {
      const name = char === '_' ? nameAt(text, at) : null;
      if (name === null) {
        resolved += char;
        at += 1;
        continue;
      }
      const list = Object.hasOwn(state.lists, name) ? state.lists[name] : undefined;
      if (list === undefined || list.length === 0) {
        state.problem ??= list === undefined ? `There is no list named ${name}.` : `The list ${name} is empty.`;
        break;
      }
      resolved += resolve(pick(list, state) ?? '', state, depth + 1);
      at += name.length + 4;
    }
  }
  return resolved;
}

function pick<T>(options: readonly T[], state: State): T | null {
  state.picks += 1;
  if (state.picks <= TEMPLATE_LIMITS.maxPicks) return options[Math.floor(state.next() * options.length)] ?? null;
  state.problem ??= `More than ${TEMPLATE_LIMITS.maxPicks} alternatives and lists.`;
  return null;
}

interface Alternatives {
  readonly end: number;
  readonly options: readonly { readonly from: number; readonly to: number }[];
}

/** The groups that begin at the top of a text, by their place: those that are closed and have a `|`. One pass. */
function groupsOf(text: string): ReadonlyMap<number, Alternatives> {
  const groups = new Map<number, Alternatives>();
  const open: { readonly start: number; readonly bars: number[] }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '{') open.push({ start: at, bars: [] });
    else if (char === '|') open.at(-1)?.bars.push(at);
    else if (char === '}') {
      const group = open.pop();
      if (group === undefined || group.bars.length === 0) continue;
      const edges = [group.start, ...group.bars, at];
      groups.set(group.start, {
        end: at,
        options: edges.slice(0, -1).map((edge, index) => ({ from: edge + 1, to: edges[index + 1] ?? at })),
      });
    }
  }
  return groups;
}

/** The name in `__name__` at this place; null where there is none. */
function nameAt(text: string, at: number): string | null {
  if (!text.startsWith('__', at)) return null;
  const end = text.slice(at + 2, at + 4 + TEMPLATE_LIMITS.maxNameChars).indexOf('__');
  const name = end < 0 ? '' : text.slice(at + 2, at + 2 + end);
  return isListName(name) ? name : null;
}

/** Letters, digits, `-` and single `_` between them. */
export const isListName = (name: string): boolean =>
  name.length <= TEMPLATE_LIMITS.maxNameChars && /^[\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+)*$/u.test(name);

/** mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
