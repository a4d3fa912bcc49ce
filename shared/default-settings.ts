import type { Settings } from './capabilities/settings/contract.ts';

/** The address of Hugging Face itself. */
export const OFFICIAL_HUB = 'https://huggingface.co';

/** What holds until the operator changes it. */
export const DEFAULT_SETTINGS: Settings = {
  appearance: { colorScheme: 'auto' },
  ssh: { keepaliveSeconds: 10, sudoKeepMinutes: 5 },
  data: { keepDays: 14 },
  services: {},
  gateways: {},
  backends: {},
  huggingFace: { from: 'auto', endpoint: OFFICIAL_HUB },
  last: { page: 'overview', hostId: null, gpuRangeMs: 900_000 },
};
