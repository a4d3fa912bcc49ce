import { createHash } from 'node:crypto';
import type { Consequences, Verb } from '../../../shared/capabilities/services/contract.ts';
import { isChainUnit } from '../../../shared/chain-units.ts';
import type { HostConfirmations } from '../capability.ts';
import { aboutSubject } from '../confirmation.ts';
import { describeHost, hostSubject } from '../host-subject.ts';
import type { Services } from './services.ts';
import { sudoersChangedError } from './sudoers-install.ts';

const VERB_LABELS: Readonly<Record<Verb, string>> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  enable: 'Enable',
  disable: 'Disable',
  'reset-failed': 'Reset',
};

/** What the questions are made of. */
type AskedServices = Pick<Services, 'consequences' | 'sudoersPlan'>;

/** What is confirmed before a verb or a sudo rule; docs/decisions/007-confirmations.md says what is not. */
export function serviceConfirmations(): HostConfirmations<'services', AskedServices> {
  /** Starts of other services than the image generation's own are confirmed once each, as long as the panel runs. */
  const confirmedStarts = new Set<string>();
  return {
    'services.act': async (services, { unit, verb }, host) => {
      const subject = aboutSubject(() => `${hostSubject(host)} ${unit} ${verb}`);
      const key = `${hostSubject(host)} ${unit} ${verb}`;
      const isStart = verb === 'start' || verb === 'enable' || verb === 'reset-failed';
      if (isStart && (isChainUnit(unit) || confirmedStarts.has(key))) return null;
      const consequences = await services.consequences(unit, verb).catch(() => null);
      if (!isStart && consequences?.needsConfirmation === false && isChainUnit(unit)) return null;
      return {
        question: `${VERB_LABELS[verb]} ${unit} on ${host.profile.label}?`,
        facts: [describeHost(host.profile), '', ...describeConsequences(consequences)],
        action: VERB_LABELS[verb],
        ...subject,
        onConfirmed: () => {
          if (isStart) confirmedStarts.add(key);
        },
      };
    },
    'services.installSudoers': async (services, { text, replaces }, host) => {
      const subject = aboutSubject(() => hostSubject(host));
      const plan = await services.sudoersPlan(false);
      // Otherwise one rule would be shown and another one installed.
      if (text !== plan.text) throw sudoersChangedError();
      return {
        question: `Install this sudo rule on ${host.profile.label}?`,
        facts: [
          describeHost(host.profile),
          `File: ${plan.path}${replaces === null ? '' : ' (replaces the present one)'}`,
          `SHA-256: ${createHash('sha256').update(plan.text).digest('hex')}`,
          ...plan.explanation.slice(0, 3),
        ],
        action: 'Install rule',
        ...subject,
      };
    },
  };
}

function describeConsequences(consequences: Consequences | null): readonly string[] {
  return consequences === null ? ['Dependent services are unknown: the host did not report them.'] : consequences.sentences;
}
