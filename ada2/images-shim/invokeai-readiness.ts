import { isRecord } from '../../shared/record.ts';
import type { Link, Readiness, UsableModel } from './backend.ts';
import { type BackendHttp, type CancelSignal, NEVER_CANCELLED } from './backend-http.ts';

/** It makes images all the same: whether that is ready is the operator's choice. */
export const CPU_ONLY = 'No GPU: images are made on the CPU, slowly.';
/** The gateway and nginx give up after 5 s, and would then have no words at all. */
const TIMEOUT_MS = 4_000;

/** Whether InvokeAI could make an image now, link by link. */
export async function invokeAiReadiness(
  http: BackendHttp,
  queue: string,
  models: (signal: CancelSignal) => Promise<readonly UsableModel[]>,
  isGpuRequired: boolean,
): Promise<Readiness> {
  const get = (path: string) => http.json({ path, timeoutMs: TIMEOUT_MS, signal: NEVER_CANCELLED });
  // In parallel: a sequence would take longer than the client waits.
  const [reported, status, devices, found] = await Promise.all([
    get('/api/v1/app/version').catch((thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)))),
    get(`${queue}/status`).catch(() => null),
    get('/api/v1/app/generation_device_options').catch(() => null),
    models(NEVER_CANCELLED).catch((thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)))),
  ]);
  const version = isRecord(reported) && typeof reported['version'] === 'string' ? reported['version'] : null;
  if (version === null) {
    const said = reported instanceof Error ? reported.message : 'InvokeAI did not report its version.';
    return { links: [{ name: 'backend', isOk: false, said }], version: null };
  }
  const links: Link[] = [{ name: 'backend', isOk: true, said: `InvokeAI ${version}` }];
  const processor = isRecord(status) ? status['processor'] : null;
  if (isRecord(processor) && typeof processor['is_started'] === 'boolean') {
    const isStarted = processor['is_started'];
    links.push({ name: 'queue', isOk: isStarted, said: isStarted ? 'running' : 'The InvokeAI queue is paused.' });
  }
  links.push(modelLink(found));
  // Reported since 6.14; older versions have no endpoint for it.
  if (Array.isArray(devices) && devices.length > 0) {
    const isSeen = devices.some((device: unknown) => isRecord(device) && device['device'] !== 'cpu');
    links.push({ name: 'gpu', isOk: isSeen || !isGpuRequired, said: isSeen ? 'seen by InvokeAI' : CPU_ONLY });
  }
  return { links, version: reported };
}

function modelLink(found: readonly UsableModel[] | Error): Link {
  if (found instanceof Error) return { name: 'model', isOk: false, said: `InvokeAI did not report its models: ${found.message}` };
  if (found.length > 0) return { name: 'model', isOk: true, said: `${found.length} usable` };
  return { name: 'model', isOk: false, said: 'No SD 1.5 or SDXL model is installed, or its files are missing.' };
}
