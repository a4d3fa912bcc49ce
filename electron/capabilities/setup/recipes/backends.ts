import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { type HostAnswers, type ReadRequest, readUnitStates, readUnitsRequest } from '../../../foundation/host-reader/answers.ts';
import type { Step } from '../engine/resources.ts';
import type { ShimBackend } from '../files/shim-unit.ts';
import type { RecipeContext } from '../recipe.ts';
import { requireStep } from './require.ts';

/** The unit of each program that makes images. */
export const BACKEND_UNITS: Readonly<Record<ShimBackend, string>> = { invokeai: 'invokeai.service', comfyui: 'comfyui.service' };
export const BACKEND_NAMES: Readonly<Record<ShimBackend, string>> = { invokeai: 'InvokeAI', comfyui: 'ComfyUI' };
const HEALTH: Readonly<Record<ShimBackend, string>> = { invokeai: '/api/v1/app/version', comfyui: '/system_stats' };
/** A first start compiles Python and prepares a database. */
const START_WITHIN_S = 300;
const BACKENDS: readonly ShimBackend[] = ['invokeai', 'comfyui'];

/** For the `reads` of a recipe that asks {@link findUsedBackends}. */
export const READ_BACKENDS: ReadRequest = readUnitsRequest(BACKENDS.map((backend) => BACKEND_UNITS[backend]));

const RUNNING: ReadonlySet<string> = new Set(['active', 'activating', 'reloading']);

const unitOf = (answers: HostAnswers, backend: ShimBackend): ReadonlyMap<string, string> | undefined =>
  readUnitStates(answers.get(READ_BACKENDS)).get(BACKEND_UNITS[backend]);

export const isBackendInstalled = (answers: HostAnswers, backend: ShimBackend): boolean =>
  unitOf(answers, backend)?.get('LoadState') === 'loaded';

/** The backends that run; where none does, those that start with the host. */
export function findUsedBackends(answers: HostAnswers): readonly ShimBackend[] {
  const running = BACKENDS.filter((backend) => RUNNING.has(unitOf(answers, backend)?.get('ActiveState') ?? ''));
  return running.length > 0 ? running : BACKENDS.filter((backend) => unitOf(answers, backend)?.get('UnitFileState') === 'enabled');
}

/** Whether a backend stays off because the other one is in use, or will be: two do not fit into one GPU. Of two new ones InvokeAI runs. */
export function isOnStandby({ answers, together }: Pick<RecipeContext, 'answers' | 'together'>, backend: ShimBackend): boolean {
  const used = findUsedBackends(answers);
  if (used.length > 0) return !used.includes(backend);
  return backend === 'comfyui' && together.includes('invokeai');
}

/** The backend that shim and nginx serve where none is named. */
export function findServedBackend({ answers, together }: Pick<RecipeContext, 'answers' | 'together'>): ShimBackend {
  const used = findUsedBackends(answers);
  const planned = BACKENDS.filter((backend) => together.includes(backend));
  const installed = BACKENDS.filter((backend) => isBackendInstalled(answers, backend));
  const [first = 'invokeai'] = [used, planned, installed].find((backends) => backends.length > 0) ?? [];
  return first;
}

/** The backend is on the host, or comes with the same plan. */
export const backendStep = (answers: HostAnswers, backend: ShimBackend): Step =>
  requireStep(
    'backend',
    `${BACKEND_NAMES[backend]} on the host`,
    isBackendInstalled(answers, backend),
    `${BACKEND_NAMES[backend]} is not installed: the host has no unit ${BACKEND_UNITS[backend]}.`,
    `Apply the recipe of ${BACKEND_NAMES[backend]} first, or together with this one.`,
    [backend],
  );

/** The backend responds, as it does only once it is ready. */
export const backendAnswerStep = (backend: ShimBackend, id: string, needs: readonly string[], guard: string): Step => ({
  id,
  title: `${BACKEND_NAMES[backend]} responds on port ${DEFAULT_PORTS[backend]}`,
  needs,
  guard,
  resource: {
    kind: 'answer',
    url: `http://127.0.0.1:${DEFAULT_PORTS[backend]}${HEALTH[backend]}`,
    status: 200,
    json: true,
    withinS: START_WITHIN_S,
  },
});
