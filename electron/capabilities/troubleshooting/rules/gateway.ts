import { formatClock, formatDateTime, formatDuration } from '../../../../shared/format.ts';
import { readBackendsYaml } from '../../setup/files/backends-yaml.ts';
import { need, unknown } from '../evidence.ts';
import { byHand, byRecipe, certain, likely, onPage, proofOf, type Rule, ruledOut } from '../rule.ts';
import { healthOf, healthsOf, isChainReady, liveGateway, OF_GATEWAY, STATUS, textOf } from './gateway-facts.ts';

const CHECK_INTERVAL_MS = 30_000;
const STALE_MS = 90_000;

/** A way in which the gateway itself refuses or is not there. */
const failingRule = (o: {
  readonly id: string;
  readonly title: string;
  readonly codes: readonly string[];
  readonly cause: (message: string) => string;
  readonly fix: ReturnType<typeof byHand>;
}): Rule => ({
  id: o.id,
  title: o.title,
  symptoms: OF_GATEWAY,
  depth: 'gateway',
  test: (evidence) => {
    const { phase, profile } = need(evidence.gateway);
    if (profile === null) return need(unknown('no gateway is set up for this host'));
    if (phase.kind !== 'failing') return ruledOut('the gateway reports its state');
    if (!o.codes.includes(phase.error.code)) return ruledOut(`the gateway fails in another way: ${phase.error.code}`);
    return certain(o.cause(phase.error.message), {
      at: phase.since,
      proof: [proofOf(STATUS, phase.error.message, phase.since), proofOf('code', phase.error.code)],
      fix: o.fix,
    });
  },
});

/** What the gateway's own state shows. */
export const GATEWAY_RULES: readonly Rule[] = [
  failingRule({
    id: 'gateway-unreachable',
    title: 'Gateway not reachable',
    codes: ['gateway-unreachable', 'gateway-silent', 'gateway-slow', 'gateway-not-there', 'gateway-broke-off', 'tunnel-refused'],
    cause: (message) => `The gateway does not respond: ${message}`,
    fix: byHand('Start the gateway on its machine: gateway.service, or com.ai.gateway on macOS.'),
  }),
  failingRule({
    id: 'gateway-token-refused',
    title: 'Token refused',
    codes: ['gateway-token-refused', 'gateway-token-missing'],
    cause: () => 'The gateway refuses the saved token.',
    fix: onPage('gateway', 'Enter a token of GATEWAY_BEARER_TOKENS; GATEWAY_BEARER_TOKEN alone is not accepted beside it.'),
  }),
  failingRule({
    id: 'gateway-address-not-allowed',
    title: 'Address of this computer not allowed',
    codes: ['gateway-address-not-allowed', 'gateway-forbidden'],
    cause: () => 'The gateway refuses this address: it is not in IP_ALLOWLIST.',
    fix: byRecipe('gateway', 'Add the address to IP_ALLOWLIST of the gateway, or connect via SSH.'),
  }),
  {
    id: 'gateway-restarted',
    title: 'Gateway restarted a moment ago',
    symptoms: ['gateway-503', 'gateway-forgets-backend', 'gateway-502'],
    depth: 'gateway',
    test: (evidence) => {
      const gateway = liveGateway(evidence);
      const { reading } = gateway;
      const healths = healthsOf(gateway);
      if (healths.length > 0) return ruledOut(`the gateway knows the health of ${healths.length} backends`);
      return certain('The gateway was restarted a moment ago: it has not checked its backends yet.', {
        at: reading.takenAt,
        proof: [proofOf(STATUS, 'backend_health: {}', reading.takenAt)],
        fix: onPage('gateway', 'Wait 30 s for its first check.'),
      });
    },
  },
  {
    id: 'gateway-backend-not-listed',
    title: 'Backend class not in the gateway’s list',
    symptoms: ['gateway-forgets-backend', 'gateway-503'],
    depth: 'gateway',
    test: (evidence) => {
      const gateway = liveGateway(evidence);
      const { imagesClass } = gateway.profile;
      const healths = healthsOf(gateway);
      if (healths.length === 0) return need(unknown('the gateway has not checked its backends yet'));
      if (healthOf(gateway) !== undefined) return ruledOut(`the gateway lists ${imagesClass}`);
      return certain(`The gateway does not know the backend ${imagesClass}: its backends_config.yaml does not list it.`, {
        proof: [proofOf(STATUS, `backends: ${healths.map(({ name }) => name).join(', ')}`)],
        fix: byRecipe('gateway', 'Write the backend into the source of the gateway too: each deploy overwrites the deployed file.'),
      });
    },
  },
  {
    id: 'gateway-base-url-missing',
    title: 'Address of the backend missing',
    symptoms: ['gateway-forgets-backend', 'gateway-503', 'gateway-502'],
    depth: 'gateway',
    test: (evidence) => {
      const gateway = liveGateway(evidence);
      const row = healthOf(gateway);
      if (row === undefined) return need(unknown(`the gateway reports nothing of ${gateway.profile.imagesClass}`));
      if (row.error === null) return ruledOut(`the gateway reports no error of ${row.name}`);
      if (!row.error.includes('base_url not configured')) return ruledOut(`the gateway reports another error of ${row.name}: ${row.error}`);
      return certain(`The gateway has no address for ${gateway.profile.imagesClass}: the variable in its base_url is not set.`, {
        at: row.checkedAt,
        proof: [proofOf(STATUS, `${row.name}: ${row.error}`, row.checkedAt)],
        fix: byRecipe('gateway', 'Set the address of the images, and restart the gateway.'),
      });
    },
  },
  {
    id: 'gateway-deploy-overwrote-backends',
    title: 'Deploy overwrote the list of backends',
    symptoms: ['gateway-forgets-backend'],
    depth: 'installation',
    test: (evidence) => {
      const file = need(evidence.gatewayBackends);
      const deployed = need(evidence.gatewayDeployed);
      const { profile } = need(evidence.gateway);
      const name = profile?.imagesClass ?? 'gpu_heavy';
      const isListed = readBackendsYaml(textOf(file, 'backends_config.yaml')).some(
        (backend) => backend.className === name || backend.name === name,
      );
      const isByDeploy = file !== null && deployed !== null && Math.abs(file.changedS - deployed.changedS) < 120;
      const when = file === null ? '' : formatDateTime(file.changedS * 1000);
      if (isListed) return ruledOut(`backends_config.yaml of ${when} lists ${name}`);
      return certain(`backends_config.yaml does not list ${name}${isByDeploy ? ': the deploy of the gateway overwrote it' : ''}.`, {
        at: file === null ? null : file.changedS * 1000,
        proof: [
          proofOf('backends_config.yaml', `changed ${when}, without ${name}`),
          isByDeploy ? proofOf('DEPLOYED_GATEWAY_COMMIT', `changed ${when}`) : null,
        ],
        fix: byRecipe('gateway', 'Write the backend, and add it to the source of the gateway, which each deploy copies.'),
      });
    },
  },
  {
    id: 'gateway-environment-missing',
    title: 'Environment file of the gateway missing',
    symptoms: ['gateway-forgets-backend', 'gateway-502'],
    depth: 'installation',
    test: (evidence) => {
      const file = need(evidence.gatewayEnvironment);
      if (file !== null) return ruledOut(`the environment file is there, changed ${formatDateTime(file.changedS * 1000)}`);
      // Its unit may set the variables itself.
      return likely(
        'The gateway has no environment file: unless its unit sets the variables, it runs with its defaults and returns test images.',
        {
          proof: [proofOf('/var/lib/gateway/app/.env', 'no such file')],
          fix: byRecipe('gateway', 'Write the environment file.'),
        },
      );
    },
  },
  {
    id: 'gateway-sees-backend-not-ready',
    title: 'Gateway’s check of the backend',
    symptoms: ['gateway-503', 'gateway-forgets-backend'],
    depth: 'client',
    test: (evidence) => {
      const gateway = liveGateway(evidence);
      const row = healthOf(gateway);
      if (row === undefined) return ruledOut(`the gateway does not list ${gateway.profile.imagesClass}`);
      if (row.isReady === null) return need(unknown(`the gateway does not report whether ${row.name} is ready`));
      if (row.isReady) return ruledOut(`the gateway finds ${row.name} ready, checked at ${formatClock(row.checkedAt)}`);
      const proof = proofOf(
        STATUS,
        `${row.name}: healthy ${row.isHealthy ?? 'unknown'}, ready false, error ${row.error ?? 'none'}`,
        row.checkedAt,
      );
      const since = row.since === null ? '' : ` since ${formatClock(row.since)}`;
      if (isChainReady(evidence)) {
        return likely(
          `The gateway found ${row.name} not ready${since}, and the host is ready now: the gateway checks every ${CHECK_INTERVAL_MS / 1000} s.`,
          {
            at: row.since,
            proof: [proof, proofOf('GET :7860/readyz', 'status 200 now')],
            fix: onPage(
              'gateway',
              'Wait up to 35 s for the next check. If it stays so, the gateway does not reach the host: look at its address and the firewall.',
            ),
          },
        );
      }
      return likely(`The gateway rejects image requests because it found ${row.name} not ready${since}.`, {
        at: row.since,
        proof: [proof],
        fix: onPage('gateway', 'Fix the first cause above; the gateway accepts requests within 35 s after that.'),
      });
    },
  },
  {
    id: 'gateway-checks-stopped',
    title: 'Gateway’s checks have stopped',
    symptoms: ['gateway-503', 'gateway-forgets-backend'],
    depth: 'gateway',
    test: (evidence) => {
      const gateway = liveGateway(evidence);
      const checkedAt = healthOf(gateway)?.checkedAt ?? null;
      if (checkedAt === null) return need(unknown('the gateway does not report when it checked its backend'));
      const age = evidence.nowMs - checkedAt;
      if (age < STALE_MS) return ruledOut(`the last check is ${formatDuration(Math.max(0, age))} old`);
      return certain(`The gateway has not checked its backends for ${formatDuration(age)}: its health checker has stopped.`, {
        at: checkedAt,
        proof: [proofOf(STATUS, `last_check ${formatClock(checkedAt)}`, checkedAt)],
        fix: byHand('Restart the gateway on its machine.'),
      });
    },
  },
];
