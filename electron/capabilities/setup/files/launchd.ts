import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';

/** Appended to the name of a property list: launchd loads only names that end in `.plist`. */
export const RETIRED_SUFFIX = '.ada-panel-retired';

/** A service that launchd runs, or has a property list for. */
export interface LaunchdService {
  /** `system`, or `gui/501` for the programs of a login. */
  readonly domain: string;
  readonly label: string;
  readonly isLoaded: boolean;
  /** Null = it does not run. */
  readonly pid: number | null;
  /** The property list; null = none that was found. */
  readonly plist: string | null;
  /** A property list that was put aside, without its suffix; null = none. */
  readonly retiredPlist: string | null;
  /** The command of the property list. */
  readonly program: readonly string[];
}

const MAX_LINES = 10_000;
const MAX_LINE_CHARS = 16_500;
/** `     123      - 	com.example.server`: process, last exit, label; of `launchctl print`. */
const SERVICE = /^\s{0,40}(\d{1,10})\s{1,40}\S{1,20}\s{1,40}([\w.-]{1,200})$/;
const DOMAIN = /^domain (system|gui\/\d{1,10})$/;
const PLIST = /^plist (\/[\w.@+/-]{1,300}?\.plist)(\.ada-panel-retired)?$/;

interface Found {
  readonly path: string;
  readonly isRetired: boolean;
  readonly label: string;
  readonly program: readonly string[];
}

/**
 * Reads the answer to the request `launchd` (docstring of READ_ON_MACOS); the formats are those of launchctl(1), `print`, and of launchd.plist(5) in plutil's JSON. Services
 * of Apple are left out. Never throws.
 */
export function readLaunchd(lines: readonly string[]): readonly LaunchdService[] {
  const loaded: { readonly domain: string; readonly label: string; readonly pid: number }[] = [];
  const plists: Found[] = [];
  let domain: string | null = null;
  let login: string | null = null;
  let isServices = false;
  for (const [index, whole] of lines.slice(0, MAX_LINES).entries()) {
    const line = whole.slice(0, MAX_LINE_CHARS);
    const named = DOMAIN.exec(line)?.[1];
    const [, path, suffix] = PLIST.exec(line) ?? [];
    if (named !== undefined) {
      domain = named;
      if (named !== 'system') login = named;
    } else if (path !== undefined) plists.push(readPlist(path, suffix !== undefined, lines[index + 1] ?? ''));
    else if (line.endsWith('{')) isServices = line.trim() === 'services = {';
    else if (line.trim() === '}') isServices = false;
    else if (isServices && domain !== null) {
      const [, pid, label] = SERVICE.exec(line.slice(0, 400)) ?? [];
      if (label !== undefined && !label.startsWith('com.apple.')) loaded.push({ domain, label, pid: Number(pid) });
    }
  }
  const services = new Map<string, LaunchdService>();
  for (const { domain: at, label, pid } of loaded) {
    const service = { domain: at, label, isLoaded: true, pid: pid > 0 ? pid : null, plist: null, retiredPlist: null, program: [] };
    services.set(`${at}/${label}`, service);
  }
  for (const { path, isRetired, label, program } of plists) {
    const at = path.startsWith('/Library/LaunchDaemons/') ? 'system' : login;
    if (at === null) continue;
    const known = services.get(`${at}/${label}`) ?? {
      domain: at,
      label,
      isLoaded: false,
      pid: null,
      plist: null,
      retiredPlist: null,
      program,
    };
    services.set(`${at}/${label}`, { ...known, program, ...(isRetired ? { retiredPlist: path } : { plist: path }) });
  }
  return [...services.values()];
}

function readPlist(path: string, isRetired: boolean, json: string): Found {
  const fileName = path.slice(path.lastIndexOf('/') + 1, -'.plist'.length);
  const fields = parseJson(json.slice(0, MAX_LINE_CHARS));
  const label: unknown = fields['Label'];
  const words: unknown = fields['ProgramArguments'];
  const program: unknown = fields['Program'];
  const all: readonly unknown[] = [program, ...(Array.isArray(words) ? words : [])];
  return {
    path,
    isRetired,
    label: typeof label === 'string' && /^[\w.-]{1,200}$/.test(label) ? label : plainText(fileName, 200),
    program: all.filter((word) => typeof word === 'string').map((word) => plainText(word, 500)),
  };
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : {};
  } catch {
    // A property list with dates or data has no form in JSON; its file name is used.
    return {};
  }
}

/** The process that listens on a port, of a line as ss(8) prints it; null = none is seen. */
export function findListener(lines: readonly string[], port: number): { readonly pid: number; readonly name: string } | null {
  for (const whole of lines.slice(0, 500)) {
    const line = whole.slice(0, 500);
    const local = line.split(/ +/, 4)[3] ?? '';
    const [, name, pid] = /users:\(\("([^"]{1,60})",pid=(\d{1,10}),/.exec(line) ?? [];
    if (local.endsWith(`:${port}`) && name !== undefined) return { pid: Number(pid), name: plainText(name, 60) };
  }
  return null;
}

const speaksOf = (pattern: RegExp, { label, program, plist, retiredPlist }: LaunchdService): boolean =>
  [label, plist ?? '', retiredPlist ?? '', ...program].some((text) => pattern.test(text));

/** MLX serves chat and embeddings; it stays whatever port it listens on. */
export const isMlx = (service: LaunchdService): boolean => speaksOf(/mlx/i, service);

/** By its names, or by the port that its process listens on: labels differ between hosts. */
export const isNexa = (service: LaunchdService, listenerPid: number | null): boolean =>
  !isMlx(service) && (speaksOf(/nexa/i, service) || (listenerPid !== null && service.pid === listenerPid));
