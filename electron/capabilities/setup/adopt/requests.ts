import { type ReadRequest, readFileRequest, readListRequest, readStatRequest } from '../../../foundation/host-reader/answers.ts';
import { isPlainPath } from '../recipes/parameters.ts';
import { SHIM_UNIT } from '../recipes/shim-steps.ts';
import { invokeAiRequests } from './invokeai-facts.ts';
import { NGINX_FIRST_REQUESTS, nginxRequests } from './nginx-facts.ts';
import { type Answers, COMFYUI_UNIT, INVOKEAI_UNIT, logRequest, serviceRequests, UNITS_REQUEST, usualUnitPath } from './service-facts.ts';
import { SHIM_FIRST_REQUESTS, shimRequests } from './shim-facts.ts';

const SUDOERS_FOLDER = '/etc/sudoers.d';
export const JOURNAL = '/var/log/journal';
export const JOURNALD = '/etc/systemd/journald.conf';
export const NOUVEAU = '/sys/module/nouveau';
export const DRIVER = '/proc/driver/nvidia/version';
const BACKENDS = [INVOKEAI_UNIT, SHIM_UNIT, COMFYUI_UNIT];
const MAX_SUDOERS = 30;

/** What is read together with the facts of a plan. */
export const ADOPT_REQUESTS: readonly ReadRequest[] = [
  UNITS_REQUEST,
  ...BACKENDS.map((name) => readFileRequest(usualUnitPath(name))),
  logRequest(INVOKEAI_UNIT),
  ...NGINX_FIRST_REQUESTS,
  ...SHIM_FIRST_REQUESTS,
  readListRequest(SUDOERS_FOLDER),
  ...[JOURNAL, NOUVEAU].map(readStatRequest),
  ...[JOURNALD, DRIVER].map(readFileRequest),
  'pci',
];

/** What the answers to {@link ADOPT_REQUESTS} make worth reading, together with what the steps of a plan are compared with. */
export const adoptRequests = (known: Answers): readonly ReadRequest[] => [
  ...BACKENDS.flatMap((name) => serviceRequests(name, known)),
  ...invokeAiRequests(known),
  ...shimRequests(known),
  ...nginxRequests(known),
  ...sudoersPaths(known).map(readFileRequest),
];

/** Drop-ins of sudo; their names are known to root alone. */
export const sudoersPaths = (answers: Answers): readonly string[] =>
  (answers.get(readListRequest(SUDOERS_FOLDER))?.lines ?? [])
    .map((name) => `${SUDOERS_FOLDER}/${name}`)
    .filter(isPlainPath)
    .slice(0, MAX_SUDOERS);
