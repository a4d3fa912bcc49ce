import { shortUnitName } from '../unit-names.ts';
import type { Action, Link, LinkId } from './types.ts';

export const LABELS = {
  computer: 'This computer',
  host: 'Host',
  gpu: 'GPU',
  shim: 'Images shim',
  nginx: 'nginx',
  gateway: 'Gateway',
} as const satisfies Readonly<Record<Exclude<LinkId, 'generator'>, string>>;

export const STATES = {
  online: 'Online',
  offline: 'Offline',
  slow: 'Slow connection',
  unknown: 'Unknown',
  running: 'Running',
  stopped: 'Stopped',
  notSetUp: 'Not set up',
  notReady: 'Not ready',
  notResponding: 'Not responding',
  wrongProgram: 'Wrong program',
  responding: 'Responding',
  noSystemd: 'No systemd',
  loading: 'Loading',
  checking: 'Checking',
  ready: 'Ready',
  rejecting: 'Rejecting images',
  actionRequired: 'Action required',
  waitingForGpu: 'Waiting for data',
} as const;

/** The fact of every link behind a host that is not connected. */
export const HOST_OFFLINE = 'host offline';

/** The fact of a host whose round trip is slow. */
export const SLOW_FACT = 'slow connection';

export const ALL_OK = 'All systems OK';

export const countProblems = (count: number): string => (count === 1 ? '1 problem' : `${count} problems`);

/** "Start invokeai and the shim"; the label of a button. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'reconnect':
      return 'Reconnect';
    case 'connect':
      return 'Connect';
    case 'retry-gpu':
      return 'Retry';
    case 'refresh-gateway':
      return 'Refresh gateway';
    case 'service':
      return `${VERBS[action.verb]} ${listed([action.unit, ...action.also].map(nameInAction))}`;
    case 'open':
      return OPEN[action.page];
  }
}

const VERBS = { start: 'Start', stop: 'Stop', restart: 'Restart' } as const;
const OPEN = { logs: 'Show logs', services: 'Show services', gpu: 'Show GPU', gateway: 'Show gateway' } as const;

/** A short name for the shim, whose unit name alone would fill a button. */
const nameInAction = (unit: string): string => (/images-shim[^/]*\.service$/.test(unit) ? 'the shim' : shortUnitName(unit));

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** A link in one sentence, for a list of consequences: "Images shim is not ready". */
export function describeConsequence(link: Pick<Link, 'id' | 'label' | 'state' | 'fact'>): string {
  if (link.state === STATES.rejecting) return `${link.label} is rejecting image requests: backend ${link.fact}`;
  return `${link.label} is ${link.state.toLowerCase()}`;
}

/** `running` → `Running`. */
export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
