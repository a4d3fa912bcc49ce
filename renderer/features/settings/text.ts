import type { GatewayTrust } from '../../../shared/capabilities/gateway/contract.ts';
import type { TestStep } from '../../../shared/capabilities/hosts/contract.ts';
import type { Settings } from '../../../shared/capabilities/settings/contract.ts';
import { formatBytes, formatCount, formatDateTime } from '../../../shared/format.ts';
import type { Tone } from '../../ui/tone.tsx';

/** Strings of the Settings page. */
export const TEXT = {
  pageTitle: 'Settings',
  pageState: 'Changes are saved automatically on this computer',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',

  hosts: 'Hosts',
  addOrImport: 'Add or import…',
  noHosts: 'No hosts yet. Add one by its SSH address, or import it from ~/.ssh/config.',
  test: 'Test',
  edit: 'Edit',
  connect: 'Connect',
  remove: 'Remove…',
  removeBody: 'Deletes its settings and recorded GPU readings from this computer. The host, ~/.ssh/config and known_hosts are not changed.',

  hostLabel: 'Name in Ada Panel',
  hostName: 'Host name or address',
  port: 'Port',
  user: 'User',
  keyFiles: 'Key files',
  keyFilesHint: 'Leave empty to use those of ~/.ssh/config and the default keys in ~/.ssh. Press Enter to add one.',
  proxyJump: 'Jump host (ProxyJump)',
  proxyJumpHint: 'Optional: user@host:port, separated by commas.',
  useAgent: 'Use the keys of the SSH agent',

  testAgain: 'Test again',

  gatewayNone: 'No gateway set up. Its slots and health appear on the Gateway page.',
  gatewaySetUp: 'Set up',
  gatewayEdit: 'Edit',
  gatewayState: 'State',
  gatewayAddress: 'Address',
  gatewayVia: 'Connect via',
  gatewayToken: 'Token',
  gatewayCertificate: 'Certificate',
  tokenSaved: 'Saved (hidden)',
  tokenNone: 'None',
  forgetTrust: 'Remove',
  direct: 'this computer',

  backendDefault: 'Default: localhost on the host, via SSH.',
  resetBackend: 'Reset to default',
  viaSsh: 'SSH',
  viaThisComputer: 'This computer',
  unencrypted: 'http:// is sent unencrypted, including a Hugging Face token.',

  huggingFace: 'Hugging Face',
  hubRoute: 'Search Hugging Face from',
  hubRouteHint: 'Automatic: this computer (through HTTPS_PROXY if set), else the host. The host uses its own curl and network.',
  hubEndpoint: 'Address',
  hubEndpointHint: 'Empty: huggingface.co. A mirror of its API, as HF_ENDPOINT; https only.',
  hubToken: 'Token for searching',
  tokenLoading: 'Loading…',
  removeHubToken: 'Remove the Hugging Face token?',
  removeHubTokenBody:
    'Deletes the saved token from this computer. Searching restricted models needs it again. InvokeAI’s own token is not changed.',
  removeHubTokenAction: 'Remove token',
  hubTokenHint: 'Sent to this address only. InvokeAI has its own token, on the Models page.',

  appearance: 'Appearance',
  theme: 'Theme',

  ssh: 'SSH',
  keepalive: 'Keepalive interval',
  keepaliveHint: 'Detects a lost connection. 0 turns it off.',
  sudoPassword: 'Remember sudo password for',
  sudoPasswordHint: 'In memory only. 0 requires it every time.',

  history: 'History',
  keepReadings: 'Keep readings for',
  keepReadingsHint: 'Older data is removed automatically.',
  historySize: 'History on disk',
  gallerySize: 'Gallery on disk',
  historyReadings: 'Readings',
  historySince: 'Since',
  deleteHistoryBody: 'Deletes its recorded readings and events from this computer permanently. The host is not changed.',

  storage: 'Storage',
  openLogFolder: 'Open log folder',
  settingsFile: 'Settings',
  hostsFile: 'Hosts',
  hostKeys: 'Host keys',
  logFile: 'Log',
  secrets: 'Secrets',
  secretsProtected: 'Encrypted',
  secretsInMemory: 'In memory only',

  about: 'About',
  thirdPartyNotices: 'Third-party notices',
  version: 'Version',
  runtime: 'Runtime',
  runtimeOutdated: '(outdated: for evaluation only)',
  licence: 'License',
} as const;

export const HUB_ROUTES: readonly { readonly value: Settings['huggingFace']['from']; readonly label: string }[] = [
  { value: 'auto', label: 'Automatic' },
  { value: 'computer', label: 'This computer' },
  { value: 'host', label: 'Host' },
];

/** "1.2 MiB in 14 files". */
export const describeGallerySize = ({ files, bytes }: { readonly files: number; readonly bytes: number }): string =>
  files === 0 ? 'empty' : `${formatBytes(bytes)} in ${formatCount(files)} ${files === 1 ? 'file' : 'files'}`;

export const THEMES: readonly { readonly value: Settings['appearance']['colorScheme']; readonly label: string }[] = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** What a field of a host must look like. */
export const HOST_FIELD_PROBLEMS: Readonly<Record<string, string>> = {
  label: 'Enter a name of 1 to 60 characters',
  hostName: 'Enter a host name or address without spaces',
  port: 'Enter a port from 1 to 65535',
  user: 'Enter the user to sign in as',
  identityFiles: 'At most 10 key files',
};

export const TEST_VERDICTS: Readonly<Record<TestStep['verdict'], { readonly tone: Tone; readonly word: string }>> = {
  ok: { tone: 'good', word: 'OK' },
  warning: { tone: 'warning', word: 'Limited' },
  failed: { tone: 'bad', word: 'Failed' },
  unknown: { tone: 'unknown', word: 'Unknown' },
};

export const editHost = (label: string): string => `Edit ${label}`;
export const testHost = (label: string): string => `Test ${label}`;
export const moreForHost = (label: string): string => `More actions for ${label}`;
export const removeHost = (label: string): string => `Remove ${label}`;
export const unknownBecause = (why: string): string => `Unknown: ${why}`;
export const confirmRemoveHost = (label: string): string => `Remove ${label} from Ada Panel?`;
export const hostRemoved = (label: string): string => `${label} removed`;
/** Where the settings of a host come from. */
export const importedFrom = (alias: string): string => `“${alias}” in ~/.ssh/config`;
export const configTakesPrecedence = (alias: string): string =>
  `“${alias}” in ~/.ssh/config is read at every connection and takes precedence.`;
export const testTitle = (label: string): string => `Connection test: ${label}`;
export const testing = (hostName: string): string => `Testing ${hostName}…`;

export const deleteHistory = (label: string): string => `Delete history of ${label}`;
export const confirmDeleteHistory = (label: string): string => `Delete the history of ${label}?`;
export const historyDeleted = (label: string): string => `History of ${label} deleted`;

export const gatewayTitle = (label: string): string => `Gateway of ${label}`;
export const viaSshTo = (label: string): string => `SSH to ${label}`;
export const backendsTitle = (label: string): string => `InvokeAI and ComfyUI on ${label}`;
export const backendAddress = (program: string): string => `${program} address`;
export const connectBackendVia = (program: string): string => `Connect to ${program} via`;
export const addressExample = (usual: string): string => `Use an address like ${usual}`;
export const describeRange = (min: number, max: number, unit: string): string => `Enter ${min} to ${max} ${unit}`;

/** What the gateway's certificate is verified by. */
export function describeTrust(trust: GatewayTrust): string {
  switch (trust.kind) {
    case 'system':
      return 'Verified by system CAs';
    case 'authority':
      return `Verified by an imported CA: ${trust.subject.replace('\n', ', ')}, valid until ${describeEnd(trust.validTo)}`;
    case 'pinned':
      return `Pinned: SHA-256 ${trust.sha256}`;
  }
}

/** The end of a certificate, which Node reports as `Nov 27 13:17:56 2028 GMT`, in this computer's time. */
function describeEnd(validTo: string): string {
  const endsAtMs = Date.parse(validTo);
  return Number.isNaN(endsAtMs) ? validTo : formatDateTime(endsAtMs);
}
