import type { ComfyUiJob, ComfyUiQueue, ComfyUiSystem } from '../../../shared/capabilities/comfyui/contract.ts';
import { plainLines, plainText } from '../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';
import { listOf, numberOf, textOf } from '../backends/values.ts';

const MIB = 1024 * 1024;
/** More than these need not be looked at one by one. */
const MAX_PENDING = 50;
const MAX_PROMPT_CHARS = 300;
/** PATH_MAX of Linux. */
const MAX_PATH_CHARS = 4_096;

/** Reads `GET /system_stats` of ComfyUI 0.3 and newer; null = something else answered. */
export function readSystem(document: unknown): { readonly version: string; readonly system: ComfyUiSystem } | null {
  const system = isRecord(document) ? document['system'] : null;
  const version = isRecord(system) ? textOf(system['comfyui_version']) : null;
  if (!isRecord(document) || !isRecord(system) || version === null) return null;
  const device = listOf(document['devices'])[0] ?? {};
  const hasGpu = textOf(device['type']) !== 'cpu' && device['type'] !== undefined;
  const mib = (name: string): number | null => {
    const bytes = numberOf(device[name]);
    return bytes === null || !hasGpu ? null : bytes / MIB;
  };
  return {
    version,
    system: {
      device: describeDevice(textOf(device['name'])),
      hasGpu,
      vramTotalMiB: mib('vram_total'),
      vramFreeMiB: mib('vram_free'),
      reservedMiB: mib('torch_vram_total'),
      pythonVersion: textOf(system['python_version'])?.split(' ')[0] ?? null,
      pytorchVersion: textOf(system['pytorch_version']),
    },
  };
}

/** `cuda:0 NVIDIA RTX 6000 Ada Generation : cudaMallocAsync`: the card alone. */
function describeDevice(name: string | null): string | null {
  return name === null ? null : (/^\w+:\d+ (.*?)(?: : \w+)?$/.exec(name)?.[1] ?? name);
}

/** Reads `GET /queue`: tuples of number, id, workflow, extra data, outputs. What has no id is left out. */
export function readComfyQueue(document: unknown): ComfyUiQueue {
  const jobs = (name: string): ComfyUiJob[] => {
    const entries: unknown = isRecord(document) ? document[name] : null;
    return Array.isArray(entries) ? entries.slice(0, MAX_PENDING).flatMap(readJob) : [];
  };
  const waiting: unknown = isRecord(document) ? document['queue_pending'] : null;
  const pending = jobs('queue_pending');
  const isCut = Array.isArray(waiting) && waiting.length > MAX_PENDING;
  return { running: jobs('queue_running')[0] ?? null, pending, pendingCount: isCut ? waiting.length : pending.length };
}

function readJob(entry: unknown): ComfyUiJob[] {
  if (!Array.isArray(entry)) return [];
  const promptId = textOf(entry[1]);
  if (promptId === null) return [];
  const nodes: readonly Fields[] = isRecord(entry[2]) ? Object.values(entry[2]).filter(isRecord) : [];
  const input = (name: string): string | null =>
    nodes.map((node) => (isRecord(node['inputs']) ? textOf(node['inputs'][name]) : null)).find((text) => text !== null) ?? null;
  const prompt = input('text');
  return [{ promptId, checkpoint: input('ckpt_name'), prompt: prompt === null ? null : plainText(prompt, MAX_PROMPT_CHARS) }];
}

/** Reads `GET /internal/folder_paths`: where it looks for checkpoints, the first such folder. */
export function readFolder(document: unknown): string | null {
  const folders: unknown = isRecord(document) ? document['checkpoints'] : null;
  const paths: readonly unknown[] = Array.isArray(folders) ? folders.flat() : [];
  return paths.find(isShowablePath) ?? null;
}

/** A path is used unchanged, so a path that cannot be shown unchanged is dropped. */
const isShowablePath = (path: unknown): path is string =>
  typeof path === 'string' && path.startsWith('/') && !path.includes('\n') && plainLines(path, MAX_PATH_CHARS) === path;

/** Reads `systemctl show -p WorkingDirectory`: ComfyUI keeps models below the folder it is started in. */
export function folderOfUnit(shown: string): string | null {
  const path = /^WorkingDirectory=!?(\/.*)$/m.exec(shown)?.[1];
  return path === undefined || path === '/' || !isShowablePath(path) ? null : `${path.replace(/\/$/, '')}/models/checkpoints`;
}
