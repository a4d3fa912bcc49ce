import { FAILED_STARTS, type FailedStartFault, LOGGED_FAULTS, type LoggedFault } from '../../lab/base/logged-faults.ts';
import type { SymptomId } from '../../shared/capabilities/troubleshooting/symptoms.ts';
import type { RealHost } from '../host/real-host.ts';
import type { HostUnderTest } from './hosts.ts';
import type { SharedFault } from './real-faults.ts';

const INVOKEAI = 'invokeai.service';
const NGINX = 'nginx.service';
const SHIM = 'invokeai-openai-images-shim.service';
const BROKEN_SITE = '/etc/nginx/conf.d/broken.conf';
const SAVED = '/run/saved-unit';

/** How a real host is broken; a service logs what its lab twin does, from the same table. */
export type RealBroken =
  | { readonly fault: SharedFault }
  | { readonly stops: string }
  | { readonly removes: string }
  | { readonly failsAs: FailedStartFault }
  | { readonly logs: readonly LoggedFault[] }
  | { readonly nginx: 'broken-configuration' };

/** A state of a real host, and rules that fire in it. */
export interface RealRow {
  readonly symptom: SymptomId;
  readonly broken: RealBroken;
  readonly rules: readonly string[];
  /** Nothing listens on the shim's port there, which stands before nginx; and what is logged stays. */
  readonly isFirst: boolean;
}

const failsAs = (fault: FailedStartFault, ...rules: readonly string[]): RealRow => ({
  symptom: 'invokeai-will-not-start',
  broken: { failsAs: fault },
  rules,
  isFirst: true,
});
const logs = (symptom: SymptomId, faults: readonly LoggedFault[], ...rules: readonly string[]): RealRow => ({
  symptom,
  broken: { logs: faults },
  rules,
  isFirst: false,
});

export const REAL_ROWS: readonly RealRow[] = [
  { symptom: 'gpu-lost', broken: { fault: 'gpu-lost' }, rules: ['gpu-fell-off-the-bus'], isFirst: true },
  { symptom: 'gpu-lost', broken: { fault: 'driver-mismatch' }, rules: ['driver-library-mismatch'], isFirst: true },
  { symptom: 'gateway-503', broken: { stops: INVOKEAI }, rules: ['invokeai-stopped'], isFirst: true },
  { symptom: 'gateway-502', broken: { stops: NGINX }, rules: ['nginx-stopped'], isFirst: false },
  { symptom: 'gateway-503', broken: { stops: SHIM }, rules: ['shim-stopped'], isFirst: true },
  { symptom: 'gateway-503', broken: { removes: INVOKEAI }, rules: ['invokeai-not-installed'], isFirst: true },
  { symptom: 'gateway-503', broken: { removes: SHIM }, rules: ['shim-not-installed'], isFirst: true },
  {
    symptom: 'gateway-503',
    broken: { nginx: 'broken-configuration' },
    rules: ['nginx-configuration-broken', 'nginx-failed'],
    isFirst: true,
  },
  failsAs('start-fails-unknown-argument', 'invokeai-unknown-argument', 'invokeai-failed'),
  failsAs('start-fails-settings', 'invokeai-settings-broken'),
  failsAs('start-fails-database', 'invokeai-database-newer'),
  failsAs('start-fails-port', 'invokeai-port-taken', 'foreign-program-on-9090'),
  failsAs('start-fails-cuda', 'invokeai-no-cuda'),
  failsAs('start-fails-permission', 'invokeai-permission'),
  failsAs('start-fails-import', 'invokeai-import-fails'),
  failsAs('start-fails-exec', 'invokeai-cannot-be-executed'),
  failsAs('start-fails-startup', 'invokeai-start-failed'),
  logs('out-of-memory', ['job-fails-out-of-memory', 'job-fails-model-too-large'], 'cuda-out-of-memory', 'model-does-not-fit'),
  logs(
    'model-missing',
    ['job-fails-unknown-model', 'job-fails-file-gone', 'model-download-refused', 'model-not-identified'],
    ...['model-key-unknown', 'model-file-gone', 'model-download-refused', 'model-not-identified'],
  ),
  logs('black-or-noisy-images', ['job-makes-nan', 'job-blacked-out'], 'vae-makes-nan', 'safety-checker'),
  logs('stuck-queue', ['job-fails-again-and-again'], 'queue-item-poisoned'),
  logs('slow', ['jobs-load-models-anew'], 'model-loaded-again-and-again'),
  logs('gateway-502', ['job-fails-seed'], 'seed-breaks-template'),
  logs('gateway-502', ['shim-template-lost', 'shim-timed-out'], 'shim-template-missing', 'shim-timed-out'),
];

export function describeReal(broken: RealBroken): string {
  if ('fault' in broken) return `\`${broken.fault}\``;
  if ('stops' in broken) return `\`${broken.stops}\` stopped`;
  if ('removes' in broken) return `\`${broken.removes}\` without its file`;
  if ('failsAs' in broken) return `\`${broken.failsAs}\``;
  if ('logs' in broken) return broken.logs.map((fault) => `\`${fault}\``).join(' and ');
  return 'nginx with a broken configuration';
}

const dropInOf = (unit: string): string => `/run/systemd/system/${unit}.d`;
const wordsOf = (unit: string): string => `/run/${unit}.words`;

/** Replaces a part of a unit until the repair. Its program then prints these lines. */
function override({ run }: RealHost, unit: string, lines: readonly string[], setting: string): void {
  const words = lines.join('\n').replaceAll('{time}', '2026-11-22 21:00:00,000');
  const script = 'mkdir -p "$2"; printf "%s\\n" "$1" >"$3"; printf "[Service]\\n%s\\n" "$4" >"$2/words.conf"; systemctl daemon-reload';
  run('sh', '-c', script, 'sh', words, dropInOf(unit), wordsOf(unit), setting);
}

/** Breaks the host; returns what repairs it. */
export async function breakRealHost(host: HostUnderTest, broken: RealBroken): Promise<() => Promise<void>> {
  const { real } = host;
  if (real === null) throw new Error('only a real host is broken so');
  // A reset also clears the count of starts: systemd refuses the sixth within ten seconds.
  const restart = (unit: string): void => void real.run('sh', '-c', 'systemctl reset-failed; systemctl restart "$1" || true', 'sh', unit);
  const startAll = async (): Promise<void> => {
    for (const unit of [INVOKEAI, SHIM, NGINX]) await host.change(unit, 'start');
  };
  const withoutOverride = (unit: string) => async (): Promise<void> => {
    real.run('sh', '-c', 'systemctl stop other.service; rm -rf "$1"; systemctl daemon-reload', 'sh', dropInOf(unit));
    restart(unit);
    await startAll();
  };
  if ('fault' in broken) {
    await host.break(broken.fault);
    return async () => void (await host.repair(broken.fault));
  }
  if ('stops' in broken) {
    await host.change(broken.stops, 'stop');
    return startAll;
  }
  if ('removes' in broken) {
    const path = `/etc/systemd/system/${broken.removes}`;
    real.run('sh', '-c', 'systemctl stop "$1"; mv "$2" "$3"; systemctl daemon-reload', 'sh', broken.removes, path, SAVED);
    return async () => {
      real.run('sh', '-c', 'mv "$2" "$1"; systemctl daemon-reload', 'sh', path, SAVED);
      await startAll();
    };
  }
  if ('failsAs' in broken) {
    const { unit, status, lines } = FAILED_STARTS[broken.failsAs];
    const program = status === 203 ? '/opt/nowhere/invokeai-web' : `/bin/sh -c 'cat ${wordsOf(unit)}; exit ${status}'`;
    override(real, unit, lines, `ExecStart=\nExecStart=${program}`);
    restart(unit);
    if (broken.failsAs === 'start-fails-port') real.run('systemd-run', '--unit=other', 'python3', '-m', 'http.server', '9090');
    return withoutOverride(unit);
  }
  if ('logs' in broken) {
    const logged = broken.logs.map((fault) => LOGGED_FAULTS[fault]);
    const unit = logged[0]?.unit ?? INVOKEAI;
    override(
      real,
      unit,
      logged.flatMap(({ lines }) => lines),
      `ExecStartPost=/bin/cat ${wordsOf(unit)}`,
    );
    restart(unit);
    return withoutOverride(unit);
  }
  real.run('sh', '-c', 'echo "proxy_pas x;" >"$1"', 'sh', BROKEN_SITE);
  restart(NGINX);
  return async () => {
    real.run('rm', '-f', BROKEN_SITE);
    await startAll();
  };
}
