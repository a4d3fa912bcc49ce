import { describePatternError } from './text.ts';

/** The state of the search field. */
export interface Query {
  readonly text: string;
  readonly regex: boolean;
  readonly matchCase: boolean;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A compiled query; `said` describes the error of an invalid pattern. */
export type Search =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly message: string }
  | {
      readonly kind: 'ready';
      readonly matches: (text: string) => boolean;
      /** The first `limit` matches in order, without overlaps and empty ones. */
      readonly ranges: (text: string, limit: number) => readonly Range[];
    };

/** Only this much of a text is searched, since a pattern over a megabyte would block the window. */
const SEARCHED_CHARACTERS = 16_384;

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Compiles a query; case counts only with `matchCase`. Never throws. */
export function compileSearch(query: Query): Search {
  if (query.text === '') return { kind: 'none' };
  let pattern: RegExp;
  try {
    pattern = new RegExp(query.regex ? query.text : escapePattern(query.text), query.matchCase ? 'gm' : 'gim');
  } catch (thrown) {
    return { kind: 'invalid', message: describePatternError(thrown) };
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
