import type { Consequences } from '../../../shared/capabilities/services/contract.ts';
import { isChainUnit } from '../../../shared/chain-units.ts';
import type { HostConfirmations } from '../capability.ts';
import { aboutSubject } from '../confirmation.ts';
import { describeHost, hostSubject } from '../host-subject.ts';
import type { Services } from './services.ts';
import { CONSEQUENCES, VERB_LABELS } from './text.ts';

/** Confirmations of verbs; docs/decisions/007-confirmations.md lists what needs none. */
export function serviceConfirmations(): HostConfirmations<'services', Pick<Services, 'consequences'>> {
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
  };
}

function describeConsequences(consequences: Consequences | null): readonly string[] {
  return consequences === null ? [CONSEQUENCES.unknown] : consequences.sentences;
}
