import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { listensOn } from '../files/nginx-read.ts';
import { byHand, byRecipe, byUnit, type Diagnosed, type Diagnosis } from './diagnosis.ts';
import type { AdoptFacts } from './facts.ts';
import { NGINX_TEXT, INVOKEAI_TEXT as TEXT } from './text.ts';

const RECIPE = 'invokeai';
const LOOPBACK = /^(?:127\.|::1$|localhost$)/;
/** Of 5.7 and newer, and of earlier versions. */
const MOVED = [' is already in use. Using port ', ' in use, using port '];
const BIND_FAILED = 'Address already in use';

/** Which ports InvokeAI uses, who else does, and who reaches it. */
export const NETWORK_DIAGNOSES: readonly Diagnosis[] = [
  {
    id: 'invokeai-port-clash',
    title: TEXT.portClash,
    diagnose: (facts) => {
      const { invokeAi } = facts;
      const sites = invokeAi === null ? [] : (facts.nginx?.sites ?? []).filter(({ site }) => listensOn(site, invokeAi.port));
      const isNginxPort = invokeAi?.port === DEFAULT_PORTS.nginx;
      if (invokeAi === null || (sites.length === 0 && !isNginxPort)) return null;
      const listeners = otherListeners(facts, invokeAi.port);
      return {
        severity: sites.length === 0 ? 'warning' : 'bad',
        evidence: [
          TEXT.isSetTo(invokeAi.port),
          ...(sites.length === 0 ? [TEXT.portOfNginx(invokeAi.port)] : sites.map(({ path }) => TEXT.siteListens(path, invokeAi.port))),
          ...listeners,
        ],
        // The recipe gives it a port of its own.
        ...(isNginxPort ? byUnit(invokeAi.service, RECIPE, 'ExecStart', 'Environment', 'EnvironmentFile') : byHand(TEXT.portClashHand)),
      };
    },
  },
  {
    id: 'invokeai-port-moved',
    title: TEXT.portMoved,
    diagnose: ({ invokeAi }) => {
      const line = invokeAi?.service.log.find((one) => MOVED.some((part) => one.includes(part)));
      if (line === undefined || invokeAi === null) return null;
      const fix = invokeAi.port === DEFAULT_PORTS.nginx ? byRecipe(RECIPE) : byHand(TEXT.portClashHand);
      return { severity: 'bad', evidence: [TEXT.isSetTo(invokeAi.port), line], ...fix };
    },
  },
  {
    id: 'nginx-bind-failed',
    title: NGINX_TEXT.bindFailed,
    diagnose: (facts) => {
      const line = facts.nginx?.log.find((one) => one.includes('bind() to ') && one.includes(BIND_FAILED));
      if (line === undefined || facts.nginx?.state.get('ActiveState') === 'active') return null;
      const port = Number(/:(\d{1,5}) failed/.exec(line.slice(0, 500))?.[1]);
      const isInvokeAi = facts.invokeAi?.port === port && port === DEFAULT_PORTS.nginx;
      const fix = isInvokeAi ? { recipe: 'nginx', remedy: NGINX_TEXT.together } : byHand(NGINX_TEXT.freePort);
      return { severity: 'bad', evidence: [line, ...otherListeners(facts, port)], ...fix };
    },
  },
  {
    id: 'invokeai-exposed',
    title: TEXT.exposed,
    diagnose: (facts): Diagnosed | null => {
      const { invokeAi } = facts;
      if (invokeAi === null || LOOPBACK.test(invokeAi.host) || invokeAi.yaml?.values['multiuser'] === true) return null;
      return {
        severity: 'warning',
        evidence: [TEXT.listensOnAll(invokeAi.host, invokeAi.port), ...otherListeners(facts, invokeAi.port)],
        ...byUnit(invokeAi.service, RECIPE, 'ExecStart', 'Environment', 'EnvironmentFile'),
      };
    },
  },
];

function otherListeners({ host }: AdoptFacts, port: number): readonly string[] {
  return host.listeners
    .filter((listener) => listener.port === port && listener.process !== null && listener.process !== 'nginx')
    .slice(0, 3)
    .map(({ process }) => TEXT.listens(process ?? '', port));
}
