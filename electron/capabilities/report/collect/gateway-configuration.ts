import type { GatewayState } from '../../../../shared/capabilities/gateway/contract.ts';
import { UNKNOWN } from '../../../../shared/format.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import {
  type HostAnswers,
  type ReadRequest,
  readFileRequest,
  readFileState,
  readUnitStates,
  readUnitsRequest,
} from '../../../foundation/host-reader/answers.ts';
import { GATEWAY_ENV } from '../../gateway/requests/log-path.ts';
import { readGatewayEnv, showGatewayEnv } from '../../setup/files/gateway-env.ts';
import type { MachineConfiguration } from '../data.ts';
import { fileOf } from './configuration.ts';

const UNIT = 'gateway.service';
const BACKENDS = '/var/lib/gateway/app/app/backends_config.yaml';
const COMMIT = '/var/lib/gateway/app/DEPLOYED_GATEWAY_COMMIT';

export const GATEWAY_REQUESTS: readonly ReadRequest[] = [
  'os',
  readUnitsRequest([UNIT]),
  ...[GATEWAY_ENV, BACKENDS, COMMIT].map(readFileRequest),
];

/** Variables without secrets that matter for images; the file holds tokens as well. */
const SHOWN =
  /^(?:IMAGES_[A-Z0-9_]{1,60}|UI_IMAGE_[A-Z0-9_]{1,60}|REQUEST_LOG_[A-Z]{1,20}|OBSERVABILITY_[A-Z_]{1,40}|BACKEND_VERIFY_TLS|PUBLIC_BASE_URL|MAX_REQUEST_BYTES|USER_AUTH_ENABLED|GATEWAY_LOG_LEVEL|GATEWAY_(?:HOST|PORT)|METRICS_ENABLED)$/;

/** What the panel itself knows of the gateway. */
export const gatewayFacts = ({
  profile,
  trust,
  hasToken,
}: Pick<GatewayState, 'profile' | 'trust' | 'hasToken'>): MachineConfiguration['facts'] =>
  profile === null
    ? []
    : [
        ['Address', profile.address],
        ['Connect via', profile.via.kind === 'direct' ? 'direct' : `SSH (${profile.via.hostId})`],
        ['Observability port', String(profile.observabilityPort)],
        ['Class of images', profile.imagesClass],
        [
          'Certificate verified by',
          trust.kind === 'system' ? 'system CAs' : trust.kind === 'pinned' ? 'pinned fingerprint' : plainText(trust.subject),
        ],
        ['Authentication', hasToken ? 'token saved (hidden)' : 'no token saved'],
      ];

/** The gateway's machine as it is configured. Never throws. */
export function readGatewayConfiguration(answers: HostAnswers, facts: MachineConfiguration['facts']): MachineConfiguration {
  const os = (answers.get('os')?.lines ?? []).find((line) => line.startsWith('PRETTY_NAME='))?.slice('PRETTY_NAME='.length);
  const commit = readFileState(answers.get(readFileRequest(COMMIT)))?.text?.trim();
  const state = readUnitStates(answers.get(readUnitsRequest([UNIT]))).get(UNIT);
  const show = (text: string): string => {
    const keys = [...readGatewayEnv(text).keys()];
    const shown = keys.filter((key) => SHOWN.test(key));
    return `${showGatewayEnv(text, shown)}# ${keys.length - shown.length} other variables are not shown\n`;
  };
  return {
    facts: [
      ...facts,
      ['Operating system', plainText((os ?? UNKNOWN).replaceAll('"', ''))],
      ['Deployed commit', plainText(commit ?? UNKNOWN, 80)],
    ],
    units: state === undefined ? [] : [{ name: UNIT, state }],
    listeners: [],
    files: [fileOf(answers, GATEWAY_ENV, show), fileOf(answers, BACKENDS)],
  };
}
