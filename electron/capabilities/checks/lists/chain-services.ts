import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import {
  type HostAnswers,
  type ReadRequest,
  readStatRequest,
  readUnitStates,
  readUserRequest,
} from '../../../foundation/host-reader/answers.ts';
import { optionOf } from '../../setup/adopt/invokeai-facts.ts';
import {
  COMFYUI_UNIT,
  INVOKEAI_UNIT,
  NGINX_UNIT,
  readService,
  type ServiceFacts,
  serviceValue,
  UNITS_REQUEST,
} from '../../setup/adopt/service-facts.ts';
import { unitValues } from '../../setup/files/unit-file.ts';
import { isPlainPath } from '../../setup/recipes/parameters.ts';
import { SHIM_UNIT } from '../../setup/recipes/shim-steps.ts';
import type { CheckSources } from '../sources.ts';
import { machineFacts, SERVICE_READS } from './machine-facts.ts';
import { SERVICES_TEXT as TEXT } from './services-text.ts';

export type ServiceKey = 'invokeai' | 'shim' | 'nginx' | 'comfyui';

/** A service of the chain: its unit, and the recipe of Setup that writes it. */
export interface ChainService {
  readonly key: ServiceKey;
  readonly unit: string;
  readonly name: string;
  readonly recipe: string;
}

export const CHAIN_SERVICES: readonly ChainService[] = [
  { key: 'invokeai', unit: INVOKEAI_UNIT, name: 'InvokeAI', recipe: 'invokeai' },
  { key: 'shim', unit: SHIM_UNIT, name: 'Images shim', recipe: 'images-shim' },
  { key: 'nginx', unit: NGINX_UNIT, name: 'nginx', recipe: 'nginx' },
  { key: 'comfyui', unit: COMFYUI_UNIT, name: 'ComfyUI', recipe: 'comfyui' },
];

export type UnitState = ReadonlyMap<string, string>;

/** What a check of a service looks at: a unit that systemd knows. */
export interface Looked {
  readonly service: ChainService;
  readonly state: UnitState;
  readonly host: CheckSources['host'];
}

/** Properties of `systemctl show`; null = not reported. */
export const stateOf = (answers: HostAnswers, unit: string): UnitState | null =>
  readUnitStates(answers.get(UNITS_REQUEST)).get(unit) ?? null;

export const serviceOf = (answers: HostAnswers, unit: string): ServiceFacts | null => readService(unit, answers);

const OFF: ReadonlySet<string> = new Set(['inactive', 'deactivating', '']);

const isOff = (state: UnitState | null): boolean =>
  state === null || (state.get('UnitFileState') !== 'enabled' && OFF.has(state.get('ActiveState') ?? ''));

/** Why a host has no use for a service; null = it has. Of two backends, the one that the shim serves or that is on is used. */
export function whyNotUsed({ key, name }: ChainService, answers: HostAnswers): string | null {
  const mode = machineFacts(answers).shim?.mode ?? null;
  const states = { invokeai: stateOf(answers, INVOKEAI_UNIT), comfyui: stateOf(answers, COMFYUI_UNIT) };
  if (key === 'comfyui') return mode !== 'comfyui' && isOff(states.comfyui) ? TEXT.notUsed(name, TEXT.isOff) : null;
  if (key !== 'invokeai' || !isOff(states.invokeai)) return null;
  const isOther = mode === 'comfyui' || (mode === null && !isOff(states.comfyui));
  return isOther ? TEXT.notUsed(name, TEXT.servesOther('ComfyUI')) : null;
}

/** An address and a port that a configuration names. */
export interface Place {
  /** `*` = all of the host. */
  readonly address: string;
  readonly port: number;
  /** Where that is set. */
  readonly from: string;
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::', '*', '']);
/** All names of all addresses become `*`, and that of the loopback interface its number. */
export const addressOf = (text: string): string => (EVERYWHERE.has(text) ? '*' : text === 'localhost' ? '127.0.0.1' : text);

/** Where a service should listen; `unknown` = its configuration cannot be read, `none` = it names no place. */
export function placesOf(key: ServiceKey, answers: HostAnswers): readonly Place[] | 'unknown' | 'none' {
  const { invokeAi, shim, comfyUi, nginx } = machineFacts(answers);
  if (key === 'invokeai') {
    if (invokeAi === null || invokeAi.settings === undefined) return 'unknown';
    return [{ address: addressOf(invokeAi.host), port: invokeAi.port, from: `${invokeAi.root}/invokeai.yaml` }];
  }
  if (key === 'shim') {
    if (shim === null || shim.mode === null) return 'unknown';
    const { environment, environmentFiles, path } = shim.service;
    const port = Number(environment.get('SHIM_PORT') ?? DEFAULT_PORTS.shim);
    return isPort(port) ? [{ address: '127.0.0.1', port, from: environmentFiles[0]?.path ?? path }] : 'unknown';
  }
  if (key === 'comfyui') {
    if (comfyUi === null) return 'unknown';
    const listen = optionOf(comfyUi.command, '--listen');
    const isBare = comfyUi.command.at(-1) === '--listen' || listen?.startsWith('--') === true;
    const port = Number(optionOf(comfyUi.command, '--port') ?? DEFAULT_PORTS.comfyui);
    const addresses = isBare ? ['*'] : (listen ?? '127.0.0.1').split(',').slice(0, 4).map(addressOf);
    return isPort(port) ? addresses.map((address) => ({ address, port, from: comfyUi.path })) : 'unknown';
  }
  if (nginx === null) return 'unknown';
  const backendPorts = [DEFAULT_PORTS.shim, DEFAULT_PORTS.invokeai, DEFAULT_PORTS.comfyui, invokeAi?.port];
  const places = nginx.sites.flatMap(({ path, site }) =>
    site.servers
      .filter(({ locations }) => locations.some(({ localPort }) => localPort !== null && backendPorts.includes(localPort)))
      .flatMap(({ listens }) => listens)
      .flatMap(({ address, port }) => (address === null || port === null ? [] : [{ address: addressOf(address), port, from: path }])),
  );
  if (places.length > 0) return places;
  return nginx.links.every(({ target }) => nginx.sites.some((site) => site.target === target)) ? 'none' : 'unknown';
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

/** Files and folders that a unit needs to start: program, script, working folder, files of variables. */
export function neededPaths(service: ServiceFacts): readonly string[] {
  const folder = (serviceValue(service, 'WorkingDirectory') ?? '').replace(/^-.*/, '');
  const [program = '', ...args] = service.command;
  const script = args.find((word) => /\.(?:c?js|mjs|py)$/.test(word) || word.endsWith('/invokeai-web'));
  const scriptPath = script === undefined || script.startsWith('/') ? (script ?? '') : `${folder}/${script}`;
  // A file behind a dash may be missing.
  const variables = unitValues(service.unit, 'Service', 'EnvironmentFile').filter((path) => !path.startsWith('-'));
  return [...new Set([program, scriptPath, folder, ...variables])].filter(isPlainPath);
}

/** Files whose change counts only after a new start. */
export function configuredBy(key: ServiceKey, service: ServiceFacts, answers: HostAnswers): readonly string[] {
  const { invokeAi, nginx } = machineFacts(answers);
  const sites = key !== 'nginx' ? [] : (nginx?.sites ?? []).map(({ path, target }) => target ?? path);
  const program = service.command[0] ?? '';
  const own = [program, ...neededPaths(service).filter((path) => /\.(?:c?js|mjs)$|\/invokeai-web$/.test(path))];
  return [
    ...new Set([
      ...(key === 'nginx' ? [] : [service.path, ...service.dropIns.map(({ path }) => path)]),
      ...service.environmentFiles.map(({ path }) => path),
      ...own.filter(isPlainPath),
      ...sites,
      ...(key === 'invokeai' && invokeAi !== null ? [`${invokeAi.root}/invokeai.yaml`] : []),
    ]),
  ];
}

const USER_NAME = /^[\w.-]{1,64}$/;

/** Unit, files and user of a service beside what all of them read. */
export function readsOf(unit: string): { readonly first: readonly ReadRequest[]; second(answers: HostAnswers): readonly ReadRequest[] } {
  return {
    first: SERVICE_READS.first,
    second: (answers) => {
      const service = serviceOf(answers, unit);
      const own = service === null ? [] : neededPaths(service).map(readStatRequest);
      const user = service === null || !USER_NAME.test(service.user) ? [] : [readUserRequest(service.user)];
      return [...SERVICE_READS.second(answers), ...own, ...user];
    },
  };
}
