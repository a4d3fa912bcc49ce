import { createHash } from 'node:crypto';
import type { Consequences } from '../../../shared/capabilities/services/contract.ts';
import { isChainUnit } from '../../../shared/chain-units.ts';
import type { HostConfirmations } from '../capability.ts';
import { aboutSubject } from '../confirmation.ts';
import { describeHost, hostSubject } from '../host-subject.ts';
import type { Services } from './services.ts';
import { sudoersChangedError } from './sudoers-install.ts';
import { CONSEQUENCES, VERB_LABELS } from './text.ts';

/** The calls that the questions are made from. */
type ConfirmedServices = Pick<Services, 'consequences' | 'sudoersPlan'>;

/** Confirmations of verbs and of the sudo rule; docs/decisions/007-confirmations.md lists what needs none. */
export function serviceConfirmations(): HostConfirmations<'services', ConfirmedServices> {
  /** A start of a service outside image generation is confirmed once until the panel quits. */
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
        action: verb === 'reset-failed' ? 'Reset' : VERB_LABELS[verb],
        ...subject,
        onConfirmed: () => {
          if (isStart) confirmedStarts.add(key);
        },
      };
    },
    'services.installSudoers': async (services, { text, replaces }, host) => {
      const subject = aboutSubject(() => hostSubject(host));
      const plan = await services.sudoersPlan(false);
      // The dialog must show the rule that is installed.
      if (text !== plan.text) throw sudoersChangedError();
      return {
        question: `Install this sudo rule on ${host.profile.label}?`,
        facts: [
          describeHost(host.profile),
          `File: ${plan.path}${replaces === null ? '' : ' (replaces the current file)'}`,
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
  return consequences === null ? [CONSEQUENCES.unknown] : consequences.sentences;
}
