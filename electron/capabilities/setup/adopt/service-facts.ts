import {
  type FileState,
  type HostAnswers,
  type ReadRequest,
  readFileRequest,
  readFileState,
  readUnitStates,
  readUnitsRequest,
} from '../../../foundation/host-reader/answers.ts';
import { linesOfNewestRun } from '../../services/run-lines.ts';
import { systemdEnvValues } from '../files/systemd-env.ts';
import { readUnit, type UnitFile, unitEnvironment, unitValue, unitValues, unitWords } from '../files/unit-file.ts';
import { isPlainPath } from '../recipes/parameters.ts';
import { SHIM_UNIT } from '../recipes/shim-steps.ts';

export const INVOKEAI_UNIT = 'invokeai.service';
export const COMFYUI_UNIT = 'comfyui.service';
export const NGINX_UNIT = 'nginx.service';
export const UNITS_REQUEST: ReadRequest = readUnitsRequest([INVOKEAI_UNIT, SHIM_UNIT, COMFYUI_UNIT, NGINX_UNIT]);

/** Lines that a unit's log is read for. */
const MAX_LOG_LINES = 200;
const MAX_PATHS = 20;
export const logRequest = (unit: string): ReadRequest => `journal ${unit} ${MAX_LOG_LINES}`;

export type Answers = Pick<HostAnswers, 'get'>;

/** A file of `EnvironmentFile=`. */
export interface EnvironmentFile {
  readonly path: string;
  /** Null = nothing is at the path, undefined = unknown. */
  readonly file: FileState | null | undefined;
}

/** A unit of systemd as its files and its last start show it. */
export interface ServiceFacts {
  readonly name: string;
  readonly path: string;
  /** The unit file with its drop-ins. */
  readonly unit: UnitFile;
  readonly dropIns: readonly { readonly path: string; readonly unit: UnitFile }[];
  /** Properties of `systemctl show`. */
  readonly state: ReadonlyMap<string, string>;
  /** Words of the command; those of `sh -c` without the shell. */
  readonly command: readonly string[];
  /** Of `Environment=` and the files that were read. */
  readonly environment: ReadonlyMap<string, string>;
  readonly environmentFiles: readonly EnvironmentFile[];
  /** `root` where the unit names none. */
  readonly user: string;
  /** Lines of the newest run that has any, oldest first: the first ones of a run that goes on, the last ones of one that ended. */
  readonly log: readonly string[];
}

/** The service of a name; null = there is none, or its file was not read. Never throws. */
export function readService(name: string, answers: Answers): ServiceFacts | null {
  const state = readUnitStates(answers.get(UNITS_REQUEST)).get(name) ?? new Map<string, string>();
  const path = unitPath(name, state);
  const text = textAt(path, answers);
  if (text === null) return null;
  const dropIns = dropInPaths(state).flatMap((dropIn) => {
    const found = textAt(dropIn, answers);
    return found === null ? [] : [{ path: dropIn, text: found, unit: readUnit(found) }];
  });
  const unit = readUnit(text, ...dropIns.map((dropIn) => dropIn.text));
  const environmentFiles = unitValues(unit, 'Service', 'EnvironmentFile')
    .map((value) => value.replace(/^-/, ''))
    .filter(isPlainPath)
    .slice(0, MAX_PATHS)
    .map((file) => ({ path: file, file: readFileState(answers.get(readFileRequest(file))) }));
  const environment = new Map(unitEnvironment(unit));
  for (const { file } of environmentFiles) for (const [key, value] of systemdEnvValues(file?.text ?? '')) environment.set(key, value);
  return {
    name,
    path,
    unit,
    dropIns,
    state,
    command: commandOf(unit),
    environment,
    environmentFiles,
    user: unitValue(unit, 'Service', 'User') ?? 'root',
    log: serviceLog(name, answers),
  };
}

/** The answer to {@link logRequest}: lines of the newest run, oldest first. */
export const serviceLog = (name: string, answers: Answers): readonly string[] =>
  linesOfNewestRun(answers.get(logRequest(name))?.lines ?? []);

/** What a first reading of a unit makes worth reading: its own file where that is elsewhere, its drop-ins and its environment files. */
export function serviceRequests(name: string, known: Answers): readonly ReadRequest[] {
  const state = readUnitStates(known.get(UNITS_REQUEST)).get(name) ?? new Map<string, string>();
  const files = readService(name, known)?.environmentFiles.map(({ path }) => path) ?? [];
  return [unitPath(name, state), ...dropInPaths(state), ...files].map(readFileRequest);
}

/** Where a unit's file is looked for before anything is known. */
export const usualUnitPath = (name: string): string => `/etc/systemd/system/${name}`;

function unitPath(name: string, state: ReadonlyMap<string, string>): string {
  const fragment = state.get('FragmentPath') ?? '';
  return isPlainPath(fragment) ? fragment : usualUnitPath(name);
}

const dropInPaths = (state: ReadonlyMap<string, string>): readonly string[] =>
  (state.get('DropInPaths') ?? '').split(' ').filter(isPlainPath).slice(0, MAX_PATHS);

const textAt = (path: string, answers: Answers): string | null => readFileState(answers.get(readFileRequest(path)))?.text ?? null;

function commandOf(unit: UnitFile): readonly string[] {
  const words = unitWords((unitValue(unit, 'Service', 'ExecStart') ?? '').replace(/^[-@:+!|]+/, ''));
  const script = /\/(?:ba|da|z)?sh$/.test(words[0] ?? '') ? words.findIndex((word) => /^-[a-z]*c$/.test(word)) : -1;
  return script < 0 ? words : unitWords(words[script + 1] ?? '');
}

/** The setting of `[Service]` in effect; null = systemd's default. */
export const serviceValue = (service: ServiceFacts, key: string): string | null => unitValue(service.unit, 'Service', key);

/** Whether a boolean setting of systemd is on; `false` where it is not set. */
export const isServiceOn = (service: ServiceFacts, key: string): boolean => /^(?:1|yes|true|on)$/i.test(serviceValue(service, key) ?? '');

const RUNNING = ['active', 'activating', 'reloading'];

/** Whether a unit runs now and would not after a restart of the host. A unit that is off on purpose is disabled as well. */
export const isOffAtBoot = (state: ReadonlyMap<string, string>): boolean =>
  state.get('UnitFileState') === 'disabled' && RUNNING.includes(state.get('ActiveState') ?? '');

/** A span such as `10`, `5min` or `1h 30s` in seconds (systemd.time(7)); null = none that is read here. */
export function readSpan(text: string): number | null {
  if (text.length > 40) return null;
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  const parts = text.trim().split(/(?<=[a-z])\s*(?=\d)|\s+(?=\d)/);
  let seconds = 0;
  for (const part of parts) {
    const [, number, unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)\s?([a-z]{1,7})?$/.exec(part) ?? [];
    const factor = SPANS[unit];
    if (number === undefined || factor === undefined) return null;
    seconds += Number(number) * factor;
  }
  return seconds;
}

const SPANS: Readonly<Record<string, number | undefined>> = {
  ms: 0.001,
  ...{ s: 1, sec: 1, second: 1, seconds: 1 },
  ...{ m: 60, min: 60, minute: 60, minutes: 60 },
  ...{ h: 3600, hr: 3600, hour: 3600, hours: 3600 },
  ...{ d: 86_400, day: 86_400, days: 86_400 },
};
