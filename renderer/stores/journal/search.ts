/** What the operator typed into the search field. */
export interface Query {
  readonly text: string;
  readonly regex: boolean;
  readonly matchCase: boolean;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A query made ready: `invalid` says in words what is wrong with the pattern. */
export type Search =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly said: string }
  | {
      readonly kind: 'ready';
      readonly matches: (text: string) => boolean;
      /** Where it matches, at most `limit` places, in order, never overlapping and never empty. */
      readonly ranges: (text: string, limit: number) => readonly Range[];
    };

/** Longer texts are searched this far: a pattern run over a megabyte would be felt. */
const SEARCHED_CHARACTERS = 16_384;

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Says what the engine says, without its own prefix and without repeating the pattern. */
function sayPatternError(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const reason = text.slice(text.lastIndexOf(':') + 1).trim();
  return `Not a valid pattern: ${reason === '' ? 'it cannot be read' : reason.toLowerCase()}.`;
}

/** Makes a query ready. Never throws. Plain text ignores case unless told otherwise. */
export function compileSearch(query: Query): Search {
  if (query.text === '') return { kind: 'none' };
  let pattern: RegExp;
  try {
    pattern = new RegExp(query.regex ? query.text : escapePattern(query.text), query.matchCase ? 'gm' : 'gim');
  } catch (thrown) {
    return { kind: 'invalid', said: sayPatternError(thrown) };
  }
  const ranges = (text: string, limit: number): readonly Range[] => {
    const found: Range[] = [];
    const searched = text.length > SEARCHED_CHARACTERS ? text.slice(0, SEARCHED_CHARACTERS) : text;
    pattern.lastIndex = 0;
    while (found.length < limit) {
      const match = pattern.exec(searched);
      if (match === null) break;
      // An empty match (`a*`) would never move on.
      if (match[0] === '') pattern.lastIndex += 1;
      else found.push({ start: match.index, end: match.index + match[0].length });
    }
    return found;
  };
  return { kind: 'ready', ranges, matches: (text) => ranges(text, 1).length > 0 };
}
