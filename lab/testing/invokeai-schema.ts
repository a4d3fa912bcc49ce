import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { createRequestJudge } from './invokeai-request.ts';

const DOCUMENT = join(import.meta.dirname, '../../fixtures/invokeai/schema-6.14.json');

/** Says what is wrong with something InvokeAI would not say like that; null when nothing is. */
export interface Judge {
  reply(method: string, path: string, status: number, body: unknown): string | null;
  /** `target` with its query; `body` undefined = none was sent. Also fields that InvokeAI would pass over without a word. */
  request(method: string, target: string, body: unknown): string | null;
  /** A Socket.IO event by its name. */
  event(name: string, payload: unknown): string | null;
}

/** Judges by the calls, events and shapes of InvokeAI 6.14, as far as they are used. */
export function schemaJudge(): Judge {
  const document: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(DOCUMENT, 'utf8'));
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'invokeai');
  const paths = Object.keys(document['paths'] ?? {})
    .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }))
    .sort((left, right) => left.path.split('{').length - right.path.split('{').length);
  const compiled = new Map<string, ValidateFunction>();
  const check = (parts: readonly string[], value: unknown): string | null => {
    const ref = `invokeai#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref });
    compiled.set(ref, validate);
    return validate(value) ? null : `${parts.slice(0, 3).join(' ')}: ${ajv.errorsText(validate.errors).slice(0, 600)}`;
  };
  const requests = createRequestJudge(document, check, (path) => paths.find((entry) => entry.pattern.test(path))?.path ?? null);
  return {
    request: requests,
    reply: (method, path, status, body) => {
      const known = paths.find((entry) => entry.pattern.test(path));
      if (known === undefined) return `no such path: ${path}`;
      return check(['paths', known.path, method.toLowerCase(), 'responses', String(status), 'content', 'application/json', 'schema'], body);
    },
    event: (name, payload) => {
      const schema = `${name.replace(/(^|_)([a-z])/g, (_, _line, letter: string) => letter.toUpperCase())}Event`;
      return check(['components', 'schemas', schema], payload);
    },
  };
}
