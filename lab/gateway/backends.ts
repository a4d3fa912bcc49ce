import type { LabFault } from '../base/faults.ts';

/** One backend of the simulated gateway's backends_config.yaml. */
export interface BackendDefinition {
  readonly name: string;
  /** Kinds of requests and how many at once. */
  readonly limits: Readonly<Record<string, number>>;
  /** How its health checks go: really asked, always good, never set up, or unreachable. */
  readonly health: 'asked' | 'good' | 'not-configured' | 'unreachable';
}

export const IMAGES_CLASS = 'gpu_heavy';
const OTHER_IMAGES_CLASS = 'gpu_fast';

/** The class that images go to. */
export function imagesClassOf(faults: ReadonlySet<LabFault>): string {
  return faults.has('gateway-images-to-gpu-fast') ? OTHER_IMAGES_CLASS : IMAGES_CLASS;
}

/** In the order of the file; the last three have no kinds of requests, and so no slots. */
export const BACKENDS: readonly BackendDefinition[] = [
  { name: 'local_mlx', limits: { chat: 2, embeddings: 2 }, health: 'good' },
  { name: OTHER_IMAGES_CLASS, limits: { images: 2 }, health: 'good' },
  { name: 'ollama', limits: { chat: 4, embeddings: 4 }, health: 'good' },
  { name: IMAGES_CLASS, limits: { images: 2 }, health: 'asked' },
  { name: 'heartmula_music', limits: { music: 2 }, health: 'not-configured' },
  { name: 'pocket_tts', limits: { tts: 4 }, health: 'good' },
  { name: 'qwen3_tts', limits: { tts: 2 }, health: 'unreachable' },
  { name: 'lighton_ocr', limits: { ocr: 2 }, health: 'not-configured' },
  { name: 'luxtts', limits: { tts: 2 }, health: 'good' },
  { name: 'skyreels_v2', limits: {}, health: 'not-configured' },
  { name: 'followyourcanvas', limits: {}, health: 'not-configured' },
  { name: 'personaplex', limits: {}, health: 'not-configured' },
];
