import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const FILE = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'invokeai', 'schema-6.14.json');

/** What InvokeAI's schema says against a body for enqueue_batch; empty = nothing. */
export function enqueueSchema(): (body: unknown) => readonly string[] {
  const document: unknown = JSON.parse(readFileSync(FILE, 'utf8'));
  if (typeof document !== 'object' || document === null) throw new Error(`${FILE} is no document`);
  const ajv = new Ajv2020({ strict: false, discriminator: false, validateFormats: false, allErrors: false });
  ajv.addSchema({ $id: 'invokeai', ...document });
  const check = ajv.compile({ $ref: 'invokeai#/components/schemas/Body_enqueue_batch' });
  return (body) => (check(body) ? [] : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`));
}
