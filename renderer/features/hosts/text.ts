import type { AskingMachine, ConnectionState, Prompt } from '../../../shared/capabilities/hosts/contract.ts';
import { describeConnection } from '../../../shared/diagnosis/connection.ts';
import { formatDuration } from '../../../shared/format.ts';
import { type Tone, toneOf } from '../../ui/tone.tsx';

/** Strings of the hosts: first run, adding, switching, and what signing in needs. */
export const TEXT = {
  firstRunTitle: 'Connect to a host',
  firstRunState: 'Ada Panel monitors a host over SSH without installing anything; Setup installs only what you apply.',
  yourHosts: 'Your hosts',
  sshAddress: 'SSH address',
  sshAddressHint: 'Same syntax as ssh. Uses your SSH agent and ~/.ssh keys; you confirm the host key first.',
  tryLabTitle: 'Or try the lab',
  tryLabBody:
    'A simulated host inside Ada Panel: a busy GPU, services you can stop, live logs. On a bare one you can try Setup. Both are always marked “Lab”.',
  tryLab: 'Try the lab',
  tryBareLab: 'Try Setup on a bare lab',
  fromSshConfig: 'From ~/.ssh/config',
  readingSshConfig: 'Reading ~/.ssh/config',
  noSshConfigHosts: 'No hosts found in ~/.ssh/config',
  alreadyAdded: 'Added',
  addHostTitle: 'Add host',
  addressLabel: 'Host, as user@host or user@host:port',
  addressPlaceholder: 'user@host or user@host:2222',
  addressInvalid: 'Use user@host or user@host:port',
  connect: 'Connect',
  reconnect: 'Reconnect',
  reconnectNow: 'Reconnect now',
  menuHosts: 'Hosts',
  menuShown: 'selected',
  lab: 'Lab',
  labNote: 'simulated host',
  bareLabNote: 'simulated, to try Setup',
  labTip: 'A simulated host inside Ada Panel',
  addHost: 'Add host…',
  disconnect: 'Disconnect',
  manageHosts: 'Manage hosts',
  noHost: 'No host',
  selectHost: 'Select a host',
  changeHost: 'Change host',
  cancel: 'Cancel',
  continue: 'Continue',
  trustKey: 'Fingerprint matches – connect',
  firstConnection: 'First connection to',
  compareKey: 'Compare it with the output of',
  compareKeyWhere: 'on the host, in a terminal you trust.',
  keyNotSaved: 'Your SSH configuration saves no host keys (UserKnownHostsFile none), so you confirm the key at every connection.',
  keySavedTo: 'Once accepted, the key is saved to',
  passphrase: 'Passphrase',
  remember: 'Remember (system keyring, or until you quit)',
  passwordStored: 'Kept in memory to reconnect until you quit.',
} as const;

const PROMPT_TITLES: Readonly<Record<Prompt['kind'], string>> = {
  'host-key-unknown': 'Verify host key',
  passphrase: 'Unlock SSH key',
  password: 'Sign in',
  'keyboard-interactive': 'Sign in',
  'sudo-password': 'Run as root',
};

/** Labels of the facts of a rejected host key. */
export const HOST_KEY_FACTS: Readonly<Record<string, string>> = {
  expected: 'Known key',
  offered: 'Offered key',
  keyType: 'Key type',
  file: 'File',
  line: 'Line',
};

/** A connection as drawn: a tone, its state, and a short fact that may change every second. */
export interface ConnectionText {
  readonly tone: Tone;
  readonly word: string;
  readonly detail: string;
}

export function describeConnectionState(state: ConnectionState, nowMs: number): ConnectionText {
  const { severity, state: word, fact } = describeConnection(state, nowMs);
  return { tone: toneOf(severity), word, detail: fact };
}

export const connectTo = (hostLabel: string): string => `Connect to ${hostLabel}`;
export const addAndConnectTo = (alias: string): string => `Add ${alias} and connect`;

/** "Attempt 3, next in 8 s". */
export function describeAttempt({ attempt, nextTryAt }: Extract<ConnectionState, { kind: 'reconnecting' }>, nowMs: number): string {
  const waitMs = nextTryAt - nowMs;
  return waitMs >= 1000 ? `Attempt ${attempt}, next in ${formatDuration(waitMs)}` : `Attempt ${attempt} in progress`;
}

/** The title of a prompt; several wait in a row. */
export const describePromptTitle = ({ kind }: Prompt, count: number): string =>
  count > 1 ? `${PROMPT_TITLES[kind]} (1 of ${count})` : PROMPT_TITLES[kind];

/** The machine that prompts, so that the password of one machine is not typed into another. */
export function describeAskingMachine(asking: AskingMachine, hostLabel: string): string {
  return asking.isJumpHost ? `Jump host ${asking.address} (on the way to ${hostLabel})` : `${hostLabel} (${asking.address})`;
}

export const describePasswordLabel = (address: string): string => `Password for ${address}`;
export const describeWrongSecret = (attempt: number, what: 'password' | 'passphrase'): string => `Wrong ${what} (attempt ${attempt})`;

export const describeLockedKey = (hostLabel: string): string => `is locked and needed to sign in to ${hostLabel}.`;
export const describePasswordNeed = (asking: AskingMachine, hostLabel: string): string =>
  `${describeAskingMachine(asking, hostLabel)} requires a password.`;
export const describeSudoUser = (user: string, hostLabel: string): string => `${user} on ${hostLabel}`;
export const describeSudoNeed = (hostLabel: string, purpose: string): string => `Needed to run as root on ${hostLabel}: ${purpose}.`;
export const describeKeyIntro = (keyType: string): string => `. Its ${keyType} key has this fingerprint:`;

/** How long a sudo password stays in memory. */
export function describeSudoStorage(keepMinutes: number): string {
  if (keepMinutes === 0) return 'Not remembered after use (change in Settings).';
  return `Kept in memory for ${keepMinutes === 1 ? '1 minute' : `${keepMinutes} minutes`} (change in Settings).`;
}
