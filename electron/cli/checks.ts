import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CheckResult } from '../../shared/capabilities/checks/contract.ts';
import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { panelError, toPanelError } from '../../shared/errors.ts';
import { findLabHost, LAB_HOST_ID, type LabHostInfo } from '../../shared/lab-hosts.ts';
import { monotonicMs } from '../../shared/monotonic.ts';
import { plainText } from '../../shared/plain-text.ts';
import { createBackends } from '../capabilities/backends/backends.ts';
import { loginInKeyring, loginOfLab } from '../capabilities/backends/invokeai-login.ts';
import { checkStoreInMemory } from '../capabilities/checks/check-store.ts';
import { createChecks } from '../capabilities/checks/checks.ts';
import { writeJson } from '../capabilities/checks/export/json.ts';
import { writeJUnit } from '../capabilities/checks/export/junit.ts';
import { writeMarkdown } from '../capabilities/checks/export/markdown.ts';
import { writePrometheus } from '../capabilities/checks/export/prometheus.ts';
import type { CheckReport } from '../capabilities/checks/export/report.ts';
import { CHECKS } from '../capabilities/checks/list.ts';
import { createOpenSources, LAB_ADDRESS } from '../capabilities/checks/open-sources.ts';
import { createGateway } from '../capabilities/gateway/gateway.ts';
import {
  createGatewaySettings,
  createGatewaySettingsInMemory,
  type GatewaySettings,
  labGatewaySettings,
} from '../capabilities/gateway/gateway-settings.ts';
import { type HostList, openHostList } from '../capabilities/hosts/host-list.ts';
import { labProfile, type RunningLab } from '../capabilities/running-lab.ts';
import { openSettings } from '../capabilities/settings/settings.ts';
import type { SettingsStore } from '../capabilities/settings-store.ts';
import { exportFileAtomic } from '../foundation/files/atomic-file.ts';
import { createSaveMonitor } from '../foundation/files/save-monitor.ts';
import { silentLogger } from '../foundation/log/log.ts';
import type { SecretStore } from '../foundation/secret-store.ts';
import { createConnectionPool } from '../foundation/ssh/connection-pool.ts';
import { untilOnline } from '../foundation/ssh/until-online.ts';
import { type ChecksArguments, checksUsage, readChecksArguments } from './checks-arguments.ts';
import { checkLines } from './checks-text.ts';
import type { CommandLine } from './command-line.ts';
import { type CommandLineConnection, openConnection } from './connect.ts';
import { defaultDataFolder } from './data-folder.ts';
import { errorLines } from './plan-text.ts';
import { findHost } from './target.ts';

const MAX_TOKEN_CHARS = 4096;

export interface ChecksCommandLine extends Omit<CommandLine, 'shippedFolder' | 'labScript'> {
  /** How the program is called, for its usage. */
  readonly command: string;
  readonly openLab: (info: LabHostInfo, faults: readonly string[]) => Promise<RunningLab>;
  /** The panel's keyring; without Electron there is none. */
  readonly secrets: SecretStore;
}

/** 0 all in order; 1 a check failed; 2 none failed, but one warns or could not be known; 3 the checks did not run, or a file could not be saved. */
export type ChecksExitCode = 0 | 1 | 2 | 3;

/** `npm run checks` and `ada-panel --checks`. Prints every error; never rejects. */
export async function runChecksCommand(argv: readonly string[], io: ChecksCommandLine): Promise<ChecksExitCode> {
  try {
    const wanted = readChecksArguments(argv, io.command);
    if (wanted === null) {
      io.print(checksUsage(io.command));
      return 0;
    }
    const info = findLabHost(LAB_HOST_ID);
    const lab = wanted.host === null && info !== null ? await io.openLab(info, wanted.faults) : null;
    try {
      return await check(wanted, io, lab);
    } finally {
      await lab?.close();
    }
  } catch (thrown) {
    for (const line of errorLines(toPanelError(thrown))) io.note(line);
    return 3;
  }
}

async function check(wanted: ChecksArguments, io: ChecksCommandLine, lab: RunningLab | null): Promise<ChecksExitCode> {
  const dataFolder =
    wanted.dataFolder === null ? defaultDataFolder(io.platform, io.environment, io.homeFolder) : resolve(io.folder, wanted.dataFolder);
  const settings = openSettings({ dataFolder, log: silentLogger });
  const list = openHostList({
    dataFolder,
    homeFolder: io.homeFolder,
    environment: io.environment,
    onCorrupt: () => {},
    onUnknownEntries: () => {},
    saves: createSaveMonitor(),
    log: silentLogger,
  });
  const profile =
    lab === null ? await findHost(wanted.host ?? '', { list, homeFolder: io.homeFolder, environment: io.environment }) : labProfile(lab);
  const token = wanted.tokenFile === null ? null : await readToken(resolve(io.folder, wanted.tokenFile));
  const saved = lab === null ? createGatewaySettings({ hostId: profile.id, settings, secrets: io.secrets }) : labGatewaySettings(lab);
  // What is learned of the gateway here is not written into the panel's settings.
  const gatewaySettings = createGatewaySettingsInMemory(saved.read(), token ?? saved.token());
  const run = openRun({ io, profile, lab, list, settings, gatewaySettings });
  try {
    await run.connect();
    const startedMs = monotonicMs();
    const ids = chosenIds(wanted);
    await run.checks.run(ids, 'command-line');
    const { results, error } = run.checks.state();
    if (io.interrupted.aborted) throw io.interrupted.reason;
    if (error !== null) {
      for (const line of errorLines(error)) io.note(line);
      return 3;
    }
    const report: CheckReport = { host: profile.label, checks: run.checks.state().checks, results, takenAt: Date.now() };
    for (const line of wanted.json ? [writeJson(report).trimEnd()] : checkLines(report, monotonicMs() - startedMs)) io.print(line);
    await saveFiles(wanted, io, report);
    return exitCodeOf(results);
  } finally {
    run.close();
  }
}

const chosenIds = ({ ids, groups, withImages, withLoad }: ChecksArguments): readonly string[] => {
  if (ids.length > 0) return ids;
  const costs: ReadonlySet<string> = new Set(['reads', ...(withImages ? ['image'] : []), ...(withLoad ? ['load'] : [])]);
  return CHECKS.filter(({ cost, group }) => costs.has(cost) && (groups.length === 0 || groups.includes(group))).map(({ id }) => id);
};

export function exitCodeOf(results: readonly Pick<CheckResult, 'verdict'>[]): ChecksExitCode {
  const has = (...verdicts: readonly string[]): boolean => results.some(({ verdict }) => verdicts.includes(verdict));
  if (has('fail')) return 1;
  return has('warn', 'unknown') ? 2 : 0;
}

async function saveFiles(wanted: ChecksArguments, io: ChecksCommandLine, report: CheckReport): Promise<void> {
  const files: readonly (readonly [string | null, (report: CheckReport) => string])[] = [
    [wanted.junitFile, writeJUnit],
    [wanted.promFile, writePrometheus],
    [wanted.markdownFile, writeMarkdown],
  ];
  for (const [file, write] of files) if (file !== null) await exportFileAtomic(resolve(io.folder, file), [write(report)]);
}

/** Opens what the panel has open for a host, as far as checks look there; `connect` signs in. */
export function openRun(o: {
  readonly io: Pick<ChecksCommandLine, 'terminal' | 'homeFolder' | 'environment' | 'secrets' | 'interrupted'>;
  readonly profile: HostProfile;
  readonly lab: RunningLab | null;
  readonly list: Pick<HostList, 'read'>;
  readonly settings: SettingsStore;
  readonly gatewaySettings: GatewaySettings;
}) {
  const { io, profile, lab, list, settings } = o;
  const opened = new Map<string, CommandLineConnection>();
  const pool = createConnectionPool({
    open: (host) => {
      const connection = openConnection(host, {
        terminal: io.terminal,
        homeFolder: io.homeFolder,
        knownHostsFile: join(io.homeFolder, '.ssh', 'known_hosts'),
        environment: io.environment,
        lab: lab === null ? null : { running: lab },
      });
      opened.set(host.id, connection);
      return connection.connection;
    },
    mayConnect: () => Promise.resolve(),
  });
  const lease = pool.lease(profile);
  const connectionTo = (hostId: string) => {
    const other = hostId === profile.id ? profile : list.read().find(({ id }) => id === hostId);
    return other === undefined ? null : pool.lease(other);
  };
  const { connection } = lease;
  const backends = createBackends({
    hostId: profile.id,
    settings,
    connection,
    logins: lab === null ? loginInKeyring(profile.id, io.secrets) : loginOfLab(lab),
  });
  const gateway = createGateway({
    hostId: profile.id,
    gatewaySettings: o.gatewaySettings,
    connectionTo,
    lastKnown: { remember: () => {}, recall: () => undefined, clear: () => {}, flush: () => {} },
    // What a check asks of the gateway belongs in nobody's history.
    history: { append: () => {}, recordEvent: () => {} },
    isWindowShown: () => false,
    log: silentLogger,
    now: Date.now,
  });
  const openSources = createOpenSources({
    profile,
    labAddress: lab === null ? null : LAB_ADDRESS,
    transport: connection,
    backends,
    gateway,
    connectionTo,
    now: Date.now,
  });
  const checks = createChecks({ checks: CHECKS, store: checkStoreInMemory(), openSources, isOnline: () => true, now: Date.now });
  io.interrupted.addEventListener('abort', () => checks.cancel(), { once: true });
  return {
    checks,
    connect: async (): Promise<void> => {
      try {
        await lease.connect();
        await untilOnline(connection, io.interrupted);
      } catch (cause) {
        throw opened.get(profile.id)?.unanswered() ?? cause;
      }
    },
    close: (): void => {
      checks.stop();
      gateway.stop();
      backends.stop();
      lease.release();
    },
  };
}

/** The first line of a file. Throws command-line-usage. */
async function readToken(file: string): Promise<string> {
  try {
    const [line = ''] = (await readFile(file, 'utf8')).slice(0, MAX_TOKEN_CHARS).split('\n');
    if (line.trim() !== '') return line.trim();
  } catch (cause) {
    throw tokenFileError(file, cause instanceof Error ? cause.message : String(cause));
  }
  throw tokenFileError(file, 'its first line is empty');
}

const tokenFileError = (file: string, why: string) =>
  panelError({
    code: 'command-line-usage',
    layer: 'panel',
    message: `The token cannot be read from ${plainText(file, 200)}: ${plainText(why, 200)}.`,
    hint: 'Name a file whose first line is the token of the gateway.',
    retryable: false,
  });
