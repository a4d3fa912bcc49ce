import { z } from 'zod';
import type { LabAnswer } from '../base/http.ts';
import { starterDocument } from './documents.ts';
import { type LabModel, MODELS_FOLDER, pathOf } from './installed-models.ts';
import type { InvokeAi } from './invokeai.ts';
import { modelDocument } from './model-document.ts';
import { detail, json, NOTHING, type Route, route } from './route-table.ts';

const Changes = z.looseObject({ name: z.string().optional(), description: z.string().optional() });
const Keys = z.object({ keys: z.array(z.string()) });

/** The models that are there, and their cache. */
export function modelRoutes(invokeai: InvokeAi): readonly Route[] {
  const { installed, processor } = invokeai;
  const known = (key: string | undefined, then: (model: LabModel) => LabAnswer): LabAnswer => {
    const model = installed.get(key ?? '');
    return model === null ? detail(404, `Unknown model: ${key}`) : then(model);
  };
  const remove = (key: string): boolean => {
    processor.cache.forget(key);
    return installed.remove(key);
  };
  return [
    route('GET', '/api/v2/models/', ({ query }) => json({ models: chosen(installed.all(), query).map(modelDocument) })),
    route('GET', '/api/v2/models/missing', () => {
      const missing = installed.all().filter((model) => installed.isMissing(model.key));
      return json({ models: missing.map(modelDocument) });
    }),
    route('GET', '/api/v2/models/starter_models', () => json(starterDocument(installed))),
    route('GET', '/api/v2/models/stats', () => json(statsOf(processor.cache.sizes()))),
    route('POST', '/api/v2/models/empty_model_cache', () => {
      processor.emptyCache();
      return json(null);
    }),
    route('GET', '/api/v2/models/sync/orphaned', () => json([])),
    route('GET', '/api/v2/models/scan_folder', ({ query }) => {
      const folder = (query.get('scan_path') ?? '').replace(/(.)\/$/, '$1');
      if (!folder.startsWith('/')) return detail(400, `The search path '${folder}' does not exist or is not directory`);
      if (folder !== MODELS_FOLDER) return json([{ path: `${folder}/found.safetensors`, is_installed: false }]);
      const there = installed.all().filter((model) => !installed.isMissing(model.key) && !model.path.startsWith('/'));
      return json(there.map((model) => ({ path: pathOf(model), is_installed: true })));
    }),
    route('POST', '/api/v2/models/i/bulk_delete', ({ body }) => {
      const request = Keys.safeParse(body);
      if (!request.success) return detail(422, [{ type: 'missing', loc: ['body', 'keys'], msg: 'Field required', input: body }]);
      const { keys } = request.data;
      const failed = keys.filter((key) => installed.get(key) === null).map((key) => ({ key, error: `Unknown model: ${key}` }));
      return json({ deleted: keys.filter(remove), failed });
    }),
    route('GET', '/api/v2/models/i/:key', ({ parts }) => known(parts['key'], (model) => json(modelDocument(model)))),
    route('PATCH', '/api/v2/models/i/:key', ({ parts, body }) =>
      known(parts['key'], (model) => {
        const changes = Changes.safeParse(body);
        if (!changes.success)
          return detail(422, [{ type: 'model_attributes_type', loc: ['body'], msg: 'Input should be a valid dictionary', input: body }]);
        const { name } = changes.data;
        const isTaken = installed
          .all()
          .some((other) => other !== model && other.name === name && other.base === model.base && other.type === model.type);
        if (isTaken) return detail(409, `A model with name='${name}', type='${model.type}' and base='${model.base}' already exists.`);
        return json(modelDocument(installed.change(model.key, changes.data) ?? model));
      }),
    ),
    route('DELETE', '/api/v2/models/i/:key', ({ parts }) =>
      known(parts['key'], (model) => {
        remove(model.key);
        return NOTHING;
      }),
    ),
  ];
}

function chosen(models: readonly LabModel[], query: URLSearchParams): readonly LabModel[] {
  const bases = query.getAll('base_models');
  const is = (parameter: string, value: string) => !query.has(parameter) || query.get(parameter) === value;
  return models.filter(
    (model) =>
      (bases.length === 0 || bases.includes(model.base)) &&
      is('model_type', model.type) &&
      is('model_name', model.name) &&
      is('model_format', model.format),
  );
}

/** The cache in RAM; null while it has not been used. */
function statsOf(loaded: Readonly<Record<string, number>>): unknown {
  const sizes = Object.values(loaded);
  if (sizes.length === 0) return null;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const counts = { hits: 4 * sizes.length, misses: sizes.length, in_cache: sizes.length, cleared: 0 };
  return { ...counts, high_watermark: total, cache_size: 16_393_000_000, loaded_model_sizes: loaded };
}
