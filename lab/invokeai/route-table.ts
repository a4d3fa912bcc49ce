import type { LabAnswer } from '../base/http.ts';

/** One request, read. */
export interface RouteRequest {
  /** The values of `:name` parts, decoded. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
}

export interface Route {
  readonly method: string;
  /** `/a/:name/b`; a trailing slash counts. */
  readonly path: string;
  answer(request: RouteRequest): LabAnswer | Promise<LabAnswer>;
}

export const json = (body: unknown, status = 200): LabAnswer => ({ status, body });
export const detail = (status: number, said: unknown): LabAnswer => ({ status, body: { detail: said } });
/** Uncaught there: plain text. */
export const uncaught = (): LabAnswer => ({ status: 500, raw: { type: 'text/plain; charset=utf-8', data: 'Internal Server Error' } });
export const NOTHING: LabAnswer = { status: 204 };

export function route(method: string, path: string, answer: Route['answer']): Route {
  return { method, path, answer };
}

/** The route for a request with its parts; null when there is none. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly route: Route; readonly parts: RouteRequest['parts'] } | null {
  for (const candidate of routes) {
    const parts = candidate.method === method ? match(candidate.path, path) : null;
    if (parts !== null) return { route: candidate, parts };
  }
  return null;
}

function match(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const have = given[index] ?? '';
    if (!want.startsWith(':')) {
      if (want !== have) return null;
    } else if (have === '') return null;
    else parts[want.slice(1)] = decode(have);
  }
  return parts;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
