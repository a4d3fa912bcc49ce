import { unitValues } from '../files/unit-file.ts';
import { mayWrite } from './access.ts';
import { byHand, byRecipe, byUnit, type Diagnosis, setting } from './diagnosis.ts';
import { isOffAtBoot, isServiceOn, readSpan, type ServiceFacts, serviceValue } from './service-facts.ts';
import { INVOKEAI_TEXT as TEXT } from './text.ts';

const RECIPE = 'invokeai';
/** All that 4.0 and newer accept. */
const ACCEPTED = ['--root', '--config', '--version', '--help', '-h'];
/** systemd's own limit of starts: 5 in 10 s. */
const DEFAULT_BURST = 5;
const DEFAULT_INTERVAL_S = 10;
const DEFAULT_RESTART_S = 0.1;

/** What the unit of InvokeAI does wrong. */
export const INVOKEAI_UNIT_DIAGNOSES: readonly Diagnosis[] = [
  {
    id: 'invokeai-option-refused',
    title: TEXT.argumentsRefused,
    diagnose: ({ invokeAi }) => {
      if (invokeAi === null) return null;
      const { service, args, server } = invokeAi;
      const refused = args.filter((word) => word.startsWith('-') && !ACCEPTED.includes(word.split('=')[0] ?? ''));
      const isThree = server.version?.startsWith('3.') === true;
      if (refused.length === 0 || isThree) return null;
      const logged = service.log.filter((line) => line.includes('unrecognized arguments:')).slice(0, 1);
      return {
        severity: 'bad',
        evidence: [setting(service, 'ExecStart'), TEXT.argument(refused.join(' ')), ...logged],
        ...byUnit(service, RECIPE, 'ExecStart'),
      };
    },
  },
  {
    id: 'invokeai-program-missing',
    title: TEXT.programMissing,
    diagnose: ({ invokeAi }) =>
      invokeAi?.program === undefined || invokeAi.program === null || invokeAi.programFile !== null
        ? null
        : {
            severity: 'bad',
            evidence: [setting(invokeAi.service, 'ExecStart'), TEXT.missing(invokeAi.program)],
            ...byUnit(invokeAi.service, RECIPE, 'ExecStart'),
          },
  },
  {
    id: 'invokeai-root-ignored',
    title: TEXT.rootIgnored,
    diagnose: ({ invokeAi }) => {
      if (
        invokeAi?.rootFrom !== 'home' ||
        invokeAi.program === null ||
        invokeAi.service.environmentFiles.some(({ file }) => file === undefined)
      )
        return null;
      const home = typeof invokeAi.user === 'object' && invokeAi.user !== null ? invokeAi.user.home : '~';
      if (`${home}/invokeai` === invokeAi.root) return null;
      return {
        severity: 'bad',
        evidence: [setting(invokeAi.service, 'ExecStart'), TEXT.rootIsHome(home, invokeAi.root)],
        ...byUnit(invokeAi.service, RECIPE, 'ExecStart'),
      };
    },
  },
  {
    id: 'invokeai-runs-as-root',
    title: TEXT.asRoot,
    diagnose: ({ invokeAi }) =>
      invokeAi?.service.user !== 'root'
        ? null
        : { severity: 'warning', evidence: [userEvidence(invokeAi.service)], ...byUnit(invokeAi.service, RECIPE, 'User') },
  },
  {
    id: 'invokeai-user-missing',
    title: TEXT.userMissing,
    diagnose: ({ invokeAi }) =>
      invokeAi?.user !== null || invokeAi === null
        ? null
        : {
            severity: 'bad',
            evidence: [setting(invokeAi.service, 'User'), TEXT.noSuchUser(invokeAi.service.user)],
            ...byUnit(invokeAi.service, RECIPE, 'User'),
          },
  },
  {
    id: 'invokeai-root-not-writable',
    title: TEXT.notWritable,
    diagnose: ({ invokeAi }) => {
      const folder = invokeAi?.rootFolder;
      if (invokeAi === null || folder === null || folder === undefined || !invokeAi.user || invokeAi.service.user === 'root') return null;
      if (folder.kind !== 'folder' || mayWrite(folder, invokeAi.service.user, invokeAi.user.groups)) return null;
      return {
        severity: 'bad',
        evidence: [TEXT.ownedBy(invokeAi.root, folder.owner, folder.group, folder.mode), TEXT.runsAs(invokeAi.service.user)],
        ...byRecipe(RECIPE),
      };
    },
  },
  {
    id: 'invokeai-root-read-only',
    title: TEXT.rootReadOnly,
    diagnose: ({ invokeAi }) => {
      if (invokeAi === null || serviceValue(invokeAi.service, 'ProtectSystem') !== 'strict') return null;
      const { service, root } = invokeAi;
      const paths = ['ReadWritePaths', 'BindPaths', 'StateDirectory'].flatMap((key) => unitValues(service.unit, 'Service', key));
      const isWritable = paths
        .flatMap((value) => value.split(' '))
        .map(
          (path) => (path.startsWith('/') || /^[-+]/.test(path) ? path.replace(/^[-+]{1,2}/, '') : `/var/lib/${path}`).split(':')[0] ?? '',
        )
        .some((path) => root === path || root.startsWith(`${path.replace(/\/$/, '')}/`));
      if (isWritable) return null;
      return {
        severity: 'bad',
        evidence: [setting(service, 'ProtectSystem'), TEXT.notInPaths(root)],
        ...byUnit(service, RECIPE, 'ProtectSystem', 'ReadWritePaths'),
      };
    },
  },
  {
    id: 'invokeai-endless-restart',
    title: TEXT.endless,
    diagnose: ({ invokeAi }) => (invokeAi === null ? null : endlessRestart(invokeAi.service)),
  },
  {
    id: 'invokeai-stop-signal',
    title: TEXT.stopSignal,
    diagnose: ({ invokeAi }) => {
      if (invokeAi === null || /^(?:SIG)?INT$/.test(serviceValue(invokeAi.service, 'KillSignal') ?? 'SIGTERM')) return null;
      const signal = serviceValue(invokeAi.service, 'KillSignal') ?? 'SIGTERM';
      return {
        severity: 'info',
        evidence: [`${invokeAi.service.name}: KillSignal=${signal}`, TEXT.sigint],
        ...byUnit(invokeAi.service, RECIPE, 'KillSignal'),
      };
    },
  },
  {
    id: 'invokeai-cache-hidden',
    title: TEXT.hiddenCache,
    diagnose: ({ invokeAi }) => {
      if (invokeAi === null || !invokeAi.user || invokeAi.service.environment.has('HF_HOME')) return null;
      const { service, user } = invokeAi;
      const protect = serviceValue(service, 'ProtectHome') ?? 'no';
      if (/^(?:0|no|false|off|read-only)$/i.test(protect) || !/^\/(?:home|root|run\/user)(?:\/|$)/.test(user.home)) return null;
      if (service.environment.has('XDG_CACHE_HOME')) return null;
      return {
        severity: 'warning',
        evidence: [setting(service, 'ProtectHome'), TEXT.cacheIn(user.home)],
        ...byUnit(service, RECIPE, 'ProtectHome'),
      };
    },
  },
  {
    id: 'invokeai-gpu-hidden',
    title: TEXT.hardening,
    diagnose: ({ invokeAi }) => {
      if (invokeAi === null) return null;
      const { service } = invokeAi;
      const switches = ['PrivateDevices', 'ProtectClock', 'MemoryDenyWriteExecute'].filter((key) => isServiceOn(service, key));
      const policy = ['strict', 'closed'].includes(serviceValue(service, 'DevicePolicy') ?? '') ? ['DevicePolicy'] : [];
      const allowed = unitValues(service.unit, 'Service', 'DeviceAllow');
      const isAllowed = allowed.some((value) => value.includes('nvidia'));
      const keys = [...switches, ...(isAllowed ? [] : policy), ...(allowed.length === 0 || isAllowed ? [] : ['DeviceAllow'])];
      if (keys.length === 0) return null;
      return { severity: 'bad', evidence: keys.map((key) => setting(service, key)), ...byUnit(service, RECIPE, ...keys) };
    },
  },
  {
    id: 'invokeai-not-at-boot',
    title: TEXT.notAtBoot,
    diagnose: ({ invokeAi }) =>
      invokeAi === null || !isOffAtBoot(invokeAi.service.state)
        ? null
        : { severity: 'warning', evidence: [`${invokeAi.service.name}: disabled`], ...byRecipe(RECIPE) },
  },
  {
    id: 'invokeai-env-not-read',
    title: TEXT.strayEnv,
    diagnose: ({ invokeAi }) => {
      if (invokeAi === null || invokeAi.strayEnv === null || invokeAi.strayEnv === undefined) return null;
      const path = `${invokeAi.root}/invokeai.env`;
      if (invokeAi.service.environmentFiles.some((file) => file.path === path)) return null;
      return { severity: 'info', evidence: [TEXT.notRead(path)], ...byHand(TEXT.removeFile(path)) };
    },
  },
];

export const userEvidence = (service: ServiceFacts): string =>
  serviceValue(service, 'User') === null ? `${service.name}: ${TEXT.noUser}` : setting(service, 'User');

function endlessRestart(service: ServiceFacts): ReturnType<Diagnosis['diagnose']> {
  const restart = serviceValue(service, 'Restart') ?? 'no';
  if (!['always', 'on-failure', 'on-abnormal'].includes(restart)) return null;
  const limit = (key: string): string | null => service.unit.sections.get('Unit')?.get(key)?.at(-1) ?? serviceValue(service, key);
  const interval = readSpan(limit('StartLimitIntervalSec') ?? limit('StartLimitInterval') ?? String(DEFAULT_INTERVAL_S));
  const burst = Number(limit('StartLimitBurst') ?? DEFAULT_BURST);
  const every = readSpan(serviceValue(service, 'RestartSec') ?? String(DEFAULT_RESTART_S));
  // Five starts with a pause between each need four pauses.
  if (interval === null || every === null || !Number.isFinite(burst) || (interval > 0 && every * (burst - 1) < interval)) return null;
  return {
    severity: 'warning',
    evidence: [TEXT.endlessBy(restart, every, burst, interval)],
    ...byUnit(service, RECIPE, 'Restart', 'RestartSec'),
  };
}
