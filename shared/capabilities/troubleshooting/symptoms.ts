import type { PanelError } from '../../errors.ts';

/** What an operator sees, in the order of the palette. */
export const SYMPTOM_IDS = [
  'invokeai-will-not-start',
  'gateway-503',
  'gateway-502',
  'gateway-429',
  'base64-instead-of-url',
  'slow',
  'out-of-memory',
  'stuck-queue',
  'black-or-noisy-images',
  'model-missing',
  'gpu-lost',
  'gateway-forgets-backend',
] as const;
export type SymptomId = (typeof SYMPTOM_IDS)[number];

export interface Symptom {
  /** Completes "Why: …". */
  readonly title: string;
  /** More words that the palette finds it by. */
  readonly words: string;
}

export const SYMPTOMS: Readonly<Record<SymptomId, Symptom>> = {
  'invokeai-will-not-start': { title: 'InvokeAI does not start', words: 'won’t start crash exit failed unit service boot down' },
  'gateway-503': { title: 'gateway returns 503', words: 'backend not ready unavailable rejecting readiness' },
  'gateway-502': { title: 'gateway returns 502', words: 'bad gateway upstream image backend error failed generation' },
  'gateway-429': { title: 'gateway returns 429 all the time', words: 'overloaded slots busy admission retry-after too many requests' },
  'base64-instead-of-url': { title: 'base64 instead of a URL', words: 'data: url b64_json response_format ui images folder' },
  slow: { title: 'images are slow', words: 'latency throttled cpu performance seconds steps' },
  'out-of-memory': { title: 'out of memory', words: 'oom cuda vram allocate killed' },
  'stuck-queue': { title: 'the queue is stuck', words: 'pending waiting hung job paused stalled' },
  'black-or-noisy-images': { title: 'black or noisy images', words: 'nan vae fp16 safety nsfw noise blank gray' },
  'model-missing': { title: 'a model is missing', words: 'unknown model key preset not found checkpoint' },
  'gpu-lost': { title: 'the GPU is lost', words: 'xid 79 fallen off the bus driver mismatch nvidia-smi' },
  'gateway-forgets-backend': { title: 'the gateway forgets the backend', words: 'backends_config deploy overwrite env missing' },
};

const BY_CODE: Readonly<Record<string, SymptomId>> = {
  'gateway-backend-not-ready': 'gateway-503',
  'gateway-unavailable': 'gateway-503',
  'gateway-backend-failed': 'gateway-502',
  'gateway-backend-slow': 'gateway-502',
  'gateway-failed': 'gateway-502',
  'gateway-proxy-cannot-reach': 'gateway-502',
  'gateway-proxy-failed': 'gateway-502',
  'gateway-proxy-timeout': 'gateway-502',
  'generation-failed': 'gateway-502',
  'gateway-overloaded': 'gateway-429',
  'gateway-rate-limited': 'gateway-429',
  'gpu-out-of-memory': 'out-of-memory',
  'vram-full': 'out-of-memory',
  'generation-lost': 'stuck-queue',
  'queue-full': 'stuck-queue',
  'model-not-installed': 'model-missing',
  'invokeai-on-cpu': 'slow',
  'gpu-xid': 'gpu-lost',
  'gpu-lost': 'gpu-lost',
  'gpu-driver-not-running': 'gpu-lost',
  'gpu-library-mismatch': 'gpu-lost',
  'gpu-no-devices': 'gpu-lost',
  'gpu-nvml-missing': 'gpu-lost',
  'gpu-not-installed': 'gpu-lost',
  'gpu-hanging': 'gpu-lost',
  'backend-class-missing': 'gateway-forgets-backend',
  'invokeai-unreachable': 'invokeai-will-not-start',
  'invokeai-silent': 'invokeai-will-not-start',
  'invokeai-not-there': 'invokeai-will-not-start',
};
/** Of these a service of image generation may be the cause, which the error names in its text. */
const OF_A_UNIT: ReadonlySet<string> = new Set([
  'unit-troubled',
  'program-not-responding',
  'program-not-ready',
  'program-unexpected',
  'service-start-failed',
  'service-start-timeout',
  'unit-not-found',
  'unit-masked',
]);

/** The symptom that an error is a sign of; null = none of those that can be looked into. */
export function symptomOf({ code, message }: Pick<PanelError, 'code' | 'message'>): SymptomId | null {
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known !== undefined) return known;
  if (!OF_A_UNIT.has(code)) return null;
  if (/\b(?:shim|nginx)\b/i.test(message)) return 'gateway-503';
  return /\binvokeai\b/i.test(message) ? 'invokeai-will-not-start' : null;
}
