import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const FILE = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'invokeai-openapi-6.14.json');

/** What InvokeAI's published schema says against a body for enqueue_batch; null where the schema is not at hand. */
export function enqueueSchema(): ((body: unknown) => readonly string[]) | null {
  if (!existsSync(FILE)) {
    console.warn(`Skipped: ${FILE} is not there, so that no graph is checked against InvokeAI's schema.`);
    return null;
  }
  const document: unknown = JSON.parse(readFileSync(FILE, 'utf8'));
  if (typeof document !== 'object' || document === null) throw new Error(`${FILE} is no document`);
  const ajv = new Ajv2020({ strict: false, discriminator: false, validateFormats: false, allErrors: false });
  ajv.addSchema({ $id: 'invokeai', ...document });
  const check = ajv.compile({ $ref: 'invokeai#/components/schemas/Body_enqueue_batch' });
  return (body) => (check(body) ? [] : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`));
}
