import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import { formatClock } from '../../../../shared/format.ts';
import { type Evidence, need, type ProbeReply, type ServiceName } from '../evidence.ts';
import {
  byHand,
  byRecipe,
  byService,
  certain,
  type Depth,
  PORTS,
  proofLines,
  proofOf,
  type Rule,
  ruledOut,
  SERVICE_LABELS,
  UNIT_NAMES,
} from '../rule.ts';

export const AFTER_THE_GPU: readonly SymptomId[] = ['gateway-503', 'gateway-502', 'gateway-forgets-backend'];

type Front = Exclude<ServiceName, 'invokeai'>;
export const PATHS: Readonly<Record<Front, string>> = { shim: 'GET :9091/readyz', nginx: 'GET :7860/healthz' };
const RECIPES: Readonly<Record<Front, string>> = { shim: 'images-shim', nginx: 'nginx' };

export const replyOf = (evidence: Evidence, service: Front): ProbeReply => need(evidence.probes[service]);
export const describeReply = (reply: ProbeReply): string => (reply.kind === 'failed' ? reply.message : `status ${reply.status}`);
export const responds = (evidence: Evidence, service: Front): string | null => {
  const reply = replyOf(evidence, service);
  return reply.kind === 'reply' ? `${SERVICE_LABELS[service]} responds on ${PORTS[service]} (status ${reply.status})` : null;
};

/** The mode of the images shim as its readiness reports it. */
export const modeOf = (reply: ProbeReply): string | undefined =>
  reply.kind === 'reply' ? /"mode"\s{0,4}:\s{0,4}"([a-z_]{1,40})"/.exec(reply.body.slice(0, 16_000))?.[1] : undefined;

export const lastLines = (evidence: Evidence, service: ServiceName, count = 5) => {
  const lines = evidence.logs[service];
  return lines.isKnown ? proofLines(service, lines.value.slice(-count)) : [proofOf(`${service} log`, lines.reason)];
};

/** What can be wrong with the service itself, the same for the shim and for nginx. */
export function serviceRules(service: Front, depth: Depth): readonly Rule[] {
  const unitName = UNIT_NAMES[service];
  const label = SERVICE_LABELS[service];
  const rule = (id: string, title: string, test: Rule['test']): Rule => ({
    id: `${service}-${id}`,
    title,
    symptoms: AFTER_THE_GPU,
    depth,
    test,
  });
  return [
    rule('not-installed', `${label} not installed`, (evidence) => {
      const unit = need(evidence.units[service]);
      if (unit.loadState !== 'not-found') return ruledOut(`systemd knows ${unit.name}`);
      const fact = responds(evidence, service);
      if (fact !== null) return ruledOut(`${fact}, without a unit of that name`);
      return certain(`The host has no ${unitName}.`, {
        proof: [proofOf('systemd', `${unitName}: LoadState=not-found`)],
        fix: byRecipe(RECIPES[service], `Set up ${service === 'shim' ? 'the images shim' : 'nginx'}.`),
      });
    }),
    rule('stopped', `${label} stopped`, (evidence) => {
      const unit = need(evidence.units[service]);
      const isStopped = unit.activeState === 'inactive' && (unit.loadState === 'loaded' || unit.loadState === 'masked');
      if (!isStopped) return ruledOut(`${unit.name} is ${unit.activeState} (${unit.subState})`);
      const isMasked = unit.loadState === 'masked';
      return certain(
        `${label} is ${isMasked ? 'masked, so nothing can start it' : `stopped${unit.changedAt === null ? '' : ` since ${formatClock(unit.changedAt)}`}`}.`,
        {
          at: unit.changedAt,
          proof: [
            proofOf('systemd', `${unitName}: LoadState=${unit.loadState} ActiveState=inactive`, unit.changedAt),
            ...lastLines(evidence, service, 3),
          ],
          fix: isMasked
            ? byHand(`Run “sudo systemctl unmask ${unitName}”, then start it.`)
            : byService('start', unitName, `Start ${service === 'shim' ? 'the images shim' : 'nginx'}.`),
        },
      );
    }),
    rule('failed', `${label} ended with a failure`, (evidence) => {
      const unit = need(evidence.units[service]);
      if (unit.activeState !== 'failed' && unit.subState !== 'auto-restart')
        return ruledOut(`${unit.name} is ${unit.activeState} (${unit.subState})`);
      return certain(
        `${label} ended with a failure: ${unit.result === 'exit-code' ? `exit status ${unit.exitStatus ?? 'unknown'}` : unit.result}.`,
        {
          at: unit.changedAt,
          proof: [
            proofOf('systemd', `${unitName}: ActiveState=${unit.activeState} Result=${unit.result}`, unit.changedAt),
            ...lastLines(evidence, service),
          ],
          fix: byService('start', unitName, 'Remove the cause that its last lines name, then start it.'),
        },
      );
    }),
    rule('silent', `${label} running but not responding`, (evidence) => {
      const fact = responds(evidence, service);
      if (fact !== null) return ruledOut(fact);
      const unit = need(evidence.units[service]);
      if (unit.activeState !== 'active') return ruledOut(`${unit.name} is ${unit.activeState}, not running without a response`);
      const reply = replyOf(evidence, service);
      return certain(`${label} is running but not responding on ${PORTS[service]}.`, {
        proof: [
          proofOf('systemd', `${unitName}: ActiveState=active`, unit.changedAt),
          proofOf(PATHS[service], describeReply(reply)),
          ...lastLines(evidence, service, 4),
        ],
        fix: byService('restart', unitName, `Restart ${service === 'shim' ? 'the images shim' : 'nginx'}.`),
      });
    }),
  ];
}
