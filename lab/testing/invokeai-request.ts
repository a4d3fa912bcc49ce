import { field } from './http.ts';

/** Judges a value by the schema at a place of the document; null when it is right. */
type Check = (place: readonly string[], value: unknown) => string | null;

/** Says what is wrong with a request to InvokeAI by its own description; null when nothing is. */
export function createRequestJudge(
  document: Readonly<Record<string, unknown>>,
  check: Check,
  pathOf: (path: string) => string | null,
): (method: string, target: string, body: unknown) => string | null {
  const fieldsOf = fieldsByNodeType(document);
  return (method, target, body) => {
    const [path = '', query = ''] = target.split('?');
    const known = pathOf(path);
    if (known === null) return `no such path: ${path}`;
    const place = ['paths', known, method.toLowerCase()];
    const call = field(document, ...place);
    if (call === undefined) return `no ${method} for ${known}`;
    return (
      wrongParameter(call, place, { values: new URLSearchParams(query), pathValues: pathValues(known, path) }, check) ??
      wrongBody(call, place, body, check) ??
      unknownField(field(body, 'batch', 'graph', 'nodes'), fieldsOf)
    );
  };
}

function pathValues(known: string, path: string): ReadonlyMap<string, string> {
  const values = path.split('/');
  return new Map(known.split('/').flatMap((part, at) => (part.startsWith('{') ? [[part.slice(1, -1), values[at] ?? '']] : [])));
}

function wrongParameter(
  call: unknown,
  place: readonly string[],
  given: { readonly values: URLSearchParams; readonly pathValues: ReadonlyMap<string, string> },
  check: Check,
): string | null {
  const found = field(call, 'parameters');
  const parameters: readonly unknown[] = Array.isArray(found) ? found : [];
  const names = parameters.filter((one) => field(one, 'in') === 'query').map((one) => field(one, 'name'));
  for (const name of given.values.keys()) if (!names.includes(name)) return `no such query: ${name}`;
  for (const [at, parameter] of parameters.entries()) {
    const name = String(field(parameter, 'name'));
    const text = field(parameter, 'in') === 'path' ? given.pathValues.get(name) : (given.values.get(name) ?? undefined);
    if (text === undefined) {
      if (field(parameter, 'required') === true) return `missing: ${name}`;
      continue;
    }
    // In an address everything is text: true and 7 are what they look like, and a name may come again and again.
    const readings: readonly unknown[] = [text, ...(/^(true|false|\d+)$/.test(text) ? [JSON.parse(text)] : []), given.values.getAll(name)];
    const wrong = readings.map((value) => check([...place, 'parameters', String(at), 'schema'], value));
    if (!wrong.includes(null)) return `${name}: ${wrong[0]}`;
  }
  return null;
}

function wrongBody(call: unknown, place: readonly string[], body: unknown, check: Check): string | null {
  const wanted = field(call, 'requestBody');
  if (wanted === undefined) return body === undefined ? null : 'a body nobody reads';
  if (body === undefined) return field(wanted, 'required') === true ? 'no body' : null;
  return check([...place, 'requestBody', 'content', 'application/json', 'schema'], body);
}

/** The names of the inputs of every type of node. */
function fieldsByNodeType(document: unknown): ReadonlyMap<unknown, ReadonlySet<string>> {
  const schemas = Object.values(field(document, 'components', 'schemas') ?? {});
  return new Map(
    schemas.flatMap((schema) => {
      const type = field(schema, 'properties', 'type', 'const');
      return type === undefined ? [] : [[type, new Set(Object.keys(field(schema, 'properties') ?? {}))] as const];
    }),
  );
}

/** A misspelt input is left out by InvokeAI, and the node runs with its default. */
function unknownField(nodes: unknown, fieldsOf: ReadonlyMap<unknown, ReadonlySet<string>>): string | null {
  for (const node of Object.values(nodes ?? {})) {
    const type = field(node, 'type');
    const stray = Object.keys(node ?? {}).find((name) => fieldsOf.get(type)?.has(name) !== true);
    if (stray !== undefined) return `${type} has no ${stray}`;
  }
  return null;
}
