import type { LabAnswer } from '../http.ts';
import { type Asked, detail, ok, uncaught } from './answers.ts';
import { jobDocument, modelDocument, starterDocument } from './documents.ts';
import type { InstallJob } from './installs.ts';
import type { InvokeAi } from './invokeai.ts';

/** `/api/v2/models/…`. */
export function modelRoutes(asked: Asked, invokeai: InvokeAi): LabAnswer | null {
  const [, rest] = /^\/api\/v2\/models\/(.*)$/.exec(asked.path) ?? [];
  if (rest === undefined) return null;
  if (rest === 'install' || rest.startsWith('install/')) return installRoutes(asked, rest, invokeai);
  const { shelf, queue } = invokeai;
  const { method, query } = asked;
  const [, key] = /^i\/([^/]+)$/.exec(rest) ?? [];
  if (key !== undefined) return oneModel(asked, key, invokeai);
  switch (`${method} ${rest}`) {
    case 'GET ': {
      const wanted = (name: string, value: string): boolean => query.getAll(name).length === 0 || query.getAll(name).includes(value);
      const models = shelf.all().filter((model) => wanted('model_type', model.type) && wanted('base_models', model.base));
      return ok({ models: models.map(modelDocument) });
    }
    case 'GET missing':
      return ok({
        models: shelf
          .all()
          .filter((model) => shelf.isLost(model.key))
          .map(modelDocument),
      });
    case 'GET starter_models':
      return ok(starterDocument(shelf));
    case 'GET stats':
      return ok({
        hits: 12,
        misses: 4,
        high_watermark: queue.loadedBytes(),
        in_cache: queue.loadedBytes() > 0 ? 4 : 0,
        cleared: 0,
        cache_size: 16_393_000_000,
        loaded_model_sizes: {},
      });
    case 'POST empty_model_cache':
      queue.emptyCache();
      return ok(null);
    case 'GET hf_login':
      return ok(invokeai.login === null ? 'invalid' : 'valid');
    case 'POST hf_login': {
      const token = typeof asked.body === 'object' && asked.body !== null && 'token' in asked.body ? String(asked.body.token) : '';
      invokeai.login = /^hf_\w{4,}$/.test(token) ? token : null;
      return ok(invokeai.login === null ? 'invalid' : 'valid');
    }
    case 'DELETE hf_login':
      invokeai.login = null;
      return ok('invalid');
    case 'GET scan_folder': {
      const path = query.get('scan_path') ?? '';
      return path.startsWith('/')
        ? ok([{ path: `${path.replace(/\/$/, '')}/found.safetensors`, is_installed: false }])
        : detail(400, 'The search path is not a directory');
    }
    default:
      return null;
  }
}

function oneModel({ method, body }: Asked, key: string, { shelf }: InvokeAi): LabAnswer | null {
  const model = shelf.get(key);
  if (model === null) return detail(404, `Unknown model: ${key}`);
  if (method === 'GET') return ok(modelDocument(model));
  if (method === 'DELETE') {
    shelf.remove(key);
    return { status: 204 };
  }
  return method === 'PATCH' && typeof body === 'object' ? ok({ ...modelDocument(model), ...body }) : null;
}

function installRoutes({ method, query, body }: Asked, rest: string, invokeai: InvokeAi): LabAnswer | null {
  const { installs } = invokeai;
  if (rest === 'install') {
    if (method === 'GET') return ok(installs.jobs.map(jobDocument));
    if (method === 'DELETE') {
      installs.prune();
      return { status: 204 };
    }
    if (method !== 'POST') return null;
    const source = query.get('source');
    if (source === null || body === undefined) {
      const loc = source === null ? ['query', 'source'] : ['body'];
      return detail(422, [{ type: 'missing', loc, msg: 'Field required', input: null }]);
    }
    // The global login is filled in, and echoed.
    const begun = installs.begin(source, {
      accessToken: query.get('access_token') ?? invokeai.login,
      isInPlace: query.get('inplace') === 'true',
      hasLogin: invokeai.login !== null,
    });
    if ('detail' in begun) return begun.status === 500 ? uncaught() : detail(begun.status, begun.detail);
    return ok(jobDocument(begun), 201);
  }
  const [, id = '', verb] = /^install\/(\d+)(?:\/(pause|resume|restart_failed|restart_file))?$/.exec(rest) ?? [];
  const job = id === '' ? null : installs.get(Number(id));
  if (id === '') return null;
  if (job === null) return detail(method === 'GET' ? 404 : 415, `No job with id ${id} known`);
  if (method === 'GET' && verb === undefined) return ok(jobDocument(job));
  if (method === 'DELETE' && verb === undefined) {
    installs.cancel(job);
    return ok(null, 201);
  }
  if (method !== 'POST') return null;
  const verbs: Readonly<Record<string, (known: InstallJob) => void>> = {
    pause: (known) => installs.pause(known),
    resume: (known) => installs.resume(known),
    restart_failed: (known) => installs.restartFailed(known, null),
    restart_file: (known) => installs.restartFailed(known, typeof body === 'string' ? body : ''),
  };
  verbs[verb ?? '']?.(job);
  return ok(jobDocument(job), 201);
}
