import type { GatewayProfile, OverloadRun } from '../../../../shared/capabilities/gateway/contract.ts';
import { RECORD_SEPARATOR } from '../../../../shared/host-scripts/index.ts';
import { type HostAnswers, parseAnswers } from '../../../foundation/host-reader/answers.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { panelErrorOf } from '../../../testing/errors.ts';
import type { Check, Finding } from '../check.ts';
import type { CheckRequest, CheckSources, EndpointName, PortOutcome } from '../sources.ts';

/** Lines by request; a string is a status without lines. */
export type FakeAnswers = Readonly<Record<string, readonly string[] | 'absent' | 'denied'>>;

/** What a host's reader would print, read as it is. */
export function answersOf(answers: FakeAnswers): HostAnswers {
  return parseAnswers(
    Object.entries(answers)
      .map(([request, lines]) =>
        typeof lines === 'string'
          ? `${RECORD_SEPARATOR}${request} ${lines}\n`
          : `${RECORD_SEPARATOR}${request} ok\n${lines.map((line) => `${line}\n`).join('')}`,
      )
      .join(''),
  );
}

/** The answer to `file PATH …` for a text file. */
export const fileLines = (
  text: string,
  o: { readonly mode?: string; readonly owner?: string; readonly group?: string } = {},
): readonly string[] => [
  `${o.mode ?? '644'} ${o.owner ?? 'root'} ${o.group ?? 'root'} ${Buffer.byteLength(text)} 1795000000.000000 regular file`,
  Buffer.from(text).toString('base64'),
];

/** A reply of a program; a document becomes JSON. */
export function replyOf(status: number, body: unknown = '', headers: Reply['headers'] = {}): Reply {
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(isText ? String(body) : JSON.stringify(body));
  return {
    status,
    headers: { 'content-type': isText ? 'text/plain' : 'application/json', ...headers },
    bytes,
    body: bytes.toString('utf8'),
    timing: { connectedMs: 1, firstByteMs: 2, totalMs: 3 },
  };
}

type Answer = Reply | Error | ((request: CheckRequest) => Reply | Promise<Reply>);
/** By `METHOD PATH`, or `METHOD PATH as none` for the gateway. */
type Replies = Readonly<Record<string, Answer>>;

export interface FakeWorld {
  readonly nowMs?: number;
  readonly isLab?: boolean;
  /** An error = the host cannot be read. */
  readonly host?: FakeAnswers | Error;
  readonly clock?: { readonly offsetMs: number; readonly uncertaintyMs: number };
  readonly mayRunAsRoot?: boolean;
  readonly http?: Partial<Record<EndpointName, Replies>>;
  /** By path: the status for a WebSocket. */
  readonly upgrades?: Readonly<Record<string, number | Error>>;
  readonly ports?: Readonly<Record<number, PortOutcome>>;
  readonly direct?: Replies;
  readonly gateway?: {
    readonly profile?: GatewayProfile | null;
    readonly hasToken?: boolean;
    readonly replies?: Replies;
    readonly observer?: Replies | null;
    readonly certificateEndsAt?: number | null | Error;
    readonly overload?: OverloadRun | Error;
    readonly machine?: FakeAnswers | Error;
    readonly clock?: { readonly offsetMs: number; readonly uncertaintyMs: number };
  };
}

export const GATEWAY_PROFILE: GatewayProfile = {
  address: 'https://127.0.0.1:8800',
  via: { kind: 'ssh', hostId: 'ai2' },
  observabilityPort: 8801,
  imagesClass: 'gpu_heavy',
};

async function answer(replies: Replies | undefined, key: string, request: CheckRequest): Promise<Reply> {
  const found = replies?.[key];
  if (found === undefined) throw panelErrorOf('nginx-unreachable', 'network');
  if (found instanceof Error) throw found;
  return typeof found === 'function' ? await found(request) : found;
}

const thrown = <T>(value: T | Error | undefined, otherwise: T): T => {
  if (value instanceof Error) throw value;
  return value ?? otherwise;
};

/** Sources that answer from tables; what is in no table cannot be reached. */
export function fakeSources(world: FakeWorld): CheckSources {
  const { gateway = {} } = world;
  const answersIn = (answers: FakeAnswers | Error | undefined): HostAnswers => answersOf(thrown(answers, {}));
  const keyOf = ({ method = 'GET', path }: CheckRequest): string => `${method} ${path}`;
  const { observer } = gateway;
  return {
    nowMs: world.nowMs ?? 1_795_000_000_000,
    host: {
      label: 'ada2',
      hostName: 'ada2',
      isLab: world.isLab ?? false,
      answers: () => answersIn(world.host),
      clock: () => world.clock ?? { offsetMs: 0, uncertaintyMs: 2 },
      mayRunAsRoot: () => Promise.resolve(world.mayRunAsRoot ?? true),
    },
    http: (endpoint, request) => answer(world.http?.[endpoint], keyOf(request), request),
    upgrade: async (path) => thrown(world.upgrades?.[path], 404),
    tryPort: (port) => Promise.resolve(world.ports?.[port] ?? { kind: 'refused' }),
    askPort: (port, request) => answer(world.direct, `${port} ${keyOf(request)}`, request),
    gateway: {
      profile: gateway.profile === undefined ? GATEWAY_PROFILE : gateway.profile,
      hasToken: gateway.hasToken ?? true,
      request: ({ as = 'token', ...request }) =>
        answer(gateway.replies, as === 'token' ? keyOf(request) : `${keyOf(request)} as ${as}`, request),
      observe: observer === undefined || observer === null ? null : (request) => answer(observer, keyOf(request), request),
      certificateEndsAt: () => Promise.resolve(thrown(gateway.certificateEndsAt, null)),
      overload: async () => {
        if (gateway.overload === undefined) throw panelErrorOf('gateway-not-set-up', 'panel');
        return thrown(gateway.overload, gateway.overload as OverloadRun);
      },
      answers: () => answersIn(gateway.machine),
      clock: () => gateway.clock ?? { offsetMs: 0, uncertaintyMs: 2 },
      mayRunAsRoot: () => Promise.resolve(world.mayRunAsRoot ?? true),
    },
  };
}

/** Runs one check of a list by its id. */
export async function find(checks: readonly Check[], id: string, world: FakeWorld): Promise<Finding> {
  const check = checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return await check.run(fakeSources(world));
}
