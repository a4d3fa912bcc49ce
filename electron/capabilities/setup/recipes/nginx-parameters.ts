import { hashSync } from 'bcryptjs';
import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import type { Parameter } from '../recipe.ts';
import { choiceParameter, pathParameter, portParameter, switchParameter, textParameter } from './parameters.ts';

const BCRYPT_ROUNDS = 10;
/** bcrypt reads no more. */
const MAX_PASSWORD_CHARS = 72;
const NETWORKS = /^[0-9a-fA-F:./ ]{1,400}$/;

export const NGINX_PARAMETERS: readonly Parameter[] = [
  portParameter({ key: 'port', label: 'Port', help: 'Port that the gateway and browsers use.', initial: String(DEFAULT_PORTS.nginx) }),
  choiceParameter({
    key: 'reach',
    label: 'Listen on',
    help: 'Who can reach the port at all.',
    initial: 'all',
    choices: [
      { value: 'loopback', label: 'This host only' },
      { value: 'all', label: 'All networks of the host' },
    ],
  }),
  textParameter({
    key: 'allow',
    label: 'Allowed networks',
    help: 'Addresses or networks such as 192.168.1.0/24, separated by blanks; empty allows everyone who reaches the port.',
    initial: '',
    pattern: NETWORKS,
    reason: 'Use addresses or networks, separated by blanks.',
    mayBeEmpty: true,
  }),
  choiceParameter({
    key: 'ui',
    label: 'User interface',
    help: 'What the port shows in a browser.',
    initial: 'auto',
    choices: [
      { value: 'auto', label: 'Of the backend in use' },
      { value: 'invokeai', label: 'InvokeAI' },
      { value: 'comfyui', label: 'ComfyUI' },
      { value: 'none', label: 'None' },
    ],
  }),
  textParameter({
    key: 'maxBodySize',
    label: 'Largest request',
    help: 'Such as 100m; 0 for no limit.',
    initial: '100m',
    pattern: /^(0|[1-9]\d{0,5}[kmg]?)$/,
    reason: 'Use a size such as 100m.',
    mayBeEmpty: false,
  }),
  switchParameter({ key: 'tls', label: 'TLS', help: 'Encrypts the port with a certificate of yours on the host.', initial: 'no' }),
  pathParameter({
    key: 'certificate',
    label: 'Certificate',
    help: 'Path on the host, with the chain.',
    initial: '/etc/ssl/certs/server.crt',
  }),
  pathParameter({ key: 'certificateKey', label: 'Key', help: 'Path on the host.', initial: '/etc/ssl/private/server.key' }),
  textParameter({
    key: 'uiUser',
    label: 'User name for the interface',
    help: 'Asks browsers for a name and password; empty for none.',
    initial: '',
    pattern: /^[A-Za-z0-9._@-]{1,60}$/,
    reason: 'Use letters, digits, dots, dashes and underscores.',
    mayBeEmpty: true,
  }),
  {
    key: 'uiPassword',
    label: 'Password for the interface',
    help: 'Only its hash is saved.',
    kind: 'secret',
    initial: '',
    seal: (secret) => hashSync(secret, BCRYPT_ROUNDS),
    check: (value) => (value.length <= MAX_PASSWORD_CHARS ? null : `Use at most ${MAX_PASSWORD_CHARS} characters.`),
  },
  switchParameter({
    key: 'replace',
    label: 'Replace other sites on the port',
    help: 'Disables sites of other guides that listen on the same port.',
    initial: 'yes',
  }),
  switchParameter({ key: 'removeDefault', label: 'Disable the default site', help: "Debian's page on port 80.", initial: 'yes' }),
];
