import { createHash } from 'node:crypto';
import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { Consequences, Verb } from '../../shared/capabilities/services/contract.ts';
import { isChainUnit } from '../../shared/chain-units.ts';
import type { Prompts } from '../capabilities/prompts/prompts.ts';
import { sudoersChanged } from '../capabilities/services/sudoers-install.ts';
import type { Confirmation, Confirmations } from './confirm.ts';
import type { HostSession } from './session.ts';

const VERB_LABELS: Readonly<Record<Verb, string>> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  enable: 'Enable',
  disable: 'Disable',
  'reset-failed': 'Reset',
};

/** What the questions are made of. */
export interface ConfirmedSession {
  readonly profile: HostProfile;
  readonly services: Pick<HostSession['services'], 'consequences' | 'sudoersPlan'>;
  readonly gateway: Pick<HostSession['gateway'], 'state'>;
}

/**
 * Every call that changes trust or acts as root, and what the operator confirms before it. See
 * docs/decisions/007-confirmations.md for what is asked, and what is not.
 */
export function createConfirmations(o: {
  /** The host shown now; null when none is. */
  readonly shown: () => HostProfile | null;
  readonly prompts: Pick<Prompts, 'open'>;
  /** Throws when no host is shown. */
  readonly session: () => ConfirmedSession;
}): Confirmations {
  const { session } = o;
  /** The host shown now, with its address: a page may switch or change it while a dialog is prepared or open. */
  const host = (): string => JSON.stringify(o.shown());
  const about = (currentSubject: () => string): Pick<Confirmation, 'subject' | 'currentSubject'> => ({
    subject: currentSubject(),
    currentSubject,
  });
  const gatewayAddress = (): string => {
    const { profile } = session().gateway.state();
    return profile === null ? 'not set up' : `${profile.address}${profile.via.kind === 'ssh' ? ` through ${profile.via.hostId}` : ''}`;
  };
  const ofGateway = (question: string, action: string, facts: readonly string[]): Confirmation => {
    const { profile } = session();
    return {
      question,
      facts: [`Gateway: ${gatewayAddress()}`, describeHost(profile), ...facts],
      action,
      ...about(() => `${host()} ${gatewayAddress()}`),
    };
  };
  /** Starts of other services than the image generation's own are confirmed once each, as long as the panel runs. */
  const confirmedStarts = new Set<string>();

  return {
    'hosts.answerPrompt': ({ promptId, answer }) => {
      const openPrompt = () => o.prompts.open().find((open) => open.promptId === promptId);
      const prompt = openPrompt();
      if (answer.kind !== 'accept' || prompt?.kind !== 'host-key-unknown') return null;
      return {
        question: `Trust this key of ${prompt.hostLabel}?`,
        facts: [
          `Host: ${prompt.hostName}, port ${prompt.port}`,
          `Key: ${prompt.keyType}`,
          `Fingerprint: ${prompt.sha256}`,
          `Saved to: ${prompt.knownHostsFile}`,
          '',
          'Trust it only if the fingerprint matches the one on the host.',
        ],
        action: 'Trust key',
        ...about(() => JSON.stringify(openPrompt() ?? null)),
      };
    },

    'gateway.acceptCertificate': ({ sha256 }) =>
      ofGateway('Trust this certificate of the gateway?', 'Trust certificate', [
        `SHA-256: ${sha256}`,
        '',
        'The token is sent to whoever has this certificate.',
      ]),
    'gateway.forgetTrust': () =>
      ofGateway('Check the gateway by the authorities of this computer?', 'Use system authorities', [
        '',
        'The accepted certificate or imported authority is forgotten.',
      ]),

    'services.act': async ({ unit, verb }) => {
      const room = session();
      const subject = about(() => `${host()} ${unit} ${verb}`);
      const key = `${host()} ${unit}`;
      const isStart = verb === 'start' || verb === 'enable' || verb === 'reset-failed';
      if (isStart && (isChainUnit(unit) || confirmedStarts.has(`${key} ${verb}`))) return null;
      const consequences = await room.services.consequences(unit, verb).catch(() => null);
      if (!isStart && consequences?.needsConfirmation === false && isChainUnit(unit)) return null;
      return {
        question: `${VERB_LABELS[verb]} ${unit} on ${room.profile.label}?`,
        facts: [describeHost(room.profile), '', ...describeConsequences(consequences)],
        action: VERB_LABELS[verb],
        ...subject,
        onConfirmed: () => {
          if (isStart) confirmedStarts.add(`${key} ${verb}`);
        },
      };
    },

    'services.installSudoers': async ({ text, replaces }) => {
      const room = session();
      const subject = about(host);
      const plan = await room.services.sudoersPlan(false);
      // Otherwise one rule would be shown and another one installed.
      if (text !== plan.text) throw sudoersChanged();
      return {
        question: `Install this sudo rule on ${room.profile.label}?`,
        facts: [
          describeHost(room.profile),
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

/** Where the host is: its label is whatever the page calls it. */
function describeHost({ sshConfigAlias, user, hostName, port, proxyJump }: HostProfile): string {
  const way = proxyJump === undefined ? '' : ` through ${proxyJump}`;
  return `Host: ${sshConfigAlias === undefined ? `${user}@${hostName}:${port}` : `${sshConfigAlias} of ~/.ssh/config`}${way}`;
}

function describeConsequences(consequences: Consequences | null): readonly string[] {
  return consequences === null ? ['Dependent services are unknown: the host did not report them.'] : consequences.sentences;
}
