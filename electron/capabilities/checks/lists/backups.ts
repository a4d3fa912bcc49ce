import { posix } from 'node:path';
import {
  type FileState,
  type HostAnswers,
  type ReadRequest,
  readFileRequest,
  readFileState,
  readListRequest,
} from '../../../foundation/host-reader/answers.ts';
import { SETTINGS_DIAGNOSES } from '../../setup/adopt/invokeai-settings.ts';
import { INSTALLED_COMMENT } from '../../setup/files/text.ts';
import { GATEWAY_PARAMETERS } from '../../setup/recipes/gateway-parameters.ts';
import { SITE } from '../../setup/recipes/nginx.ts';
import { SHIM_ENV } from '../../setup/recipes/shim-steps.ts';
import { byHand, type Check, type Finding, pass, skipped, unknown, warn } from '../check.ts';
import { BACKUPS_TEXT as TEXT } from './backups-text.ts';
import { CHAIN_SERVICES, serviceOf } from './chain-services.ts';
import { machineFacts, rootOf, SERVICE_READS } from './machine-facts.ts';

const ofHost = { group: 'host', layer: 'host', cost: 'reads' } as const;
/** Where the gateway's files are unless its recipe is told otherwise. */
const GATEWAY_FILES = GATEWAY_PARAMETERS.filter(({ key }) => key === 'backendsFile' || key === 'envFile').map(({ initial }) => initial);

const folderRequests = (paths: readonly string[]): readonly ReadRequest[] => paths.map((path) => readListRequest(posix.dirname(path)));

/** Files that would have to be written again by hand, those that the host has. Units of packages come back with them. */
function filesOf(answers: HostAnswers): readonly string[] {
  const root = rootOf(answers);
  const { nginx } = machineFacts(answers);
  const units = CHAIN_SERVICES.flatMap(({ unit }) => serviceOf(answers, unit)?.path ?? []);
  const sites = (nginx?.sites ?? []).map(({ path, target }) => target ?? path);
  return [
    ...(root === null ? [] : [`${root}/invokeai.yaml`]),
    ...units.filter((path) => path.startsWith('/etc/')),
    ...new Set([SHIM_ENV, SITE, ...sites.filter((path) => !path.endsWith('/default'))]),
  ];
}

/** Checks of the copies of configurations. */
export const BACKUPS_CHECKS: readonly Check[] = [
  {
    ...ofHost,
    id: 'configuration-backups',
    title: 'Backups of the configuration',
    about:
      "Settings of InvokeAI and the images shim, units and nginx's sites each have a backup beside them, or are Setup's, which writes them again.",
    reads: {
      first: [...SERVICE_READS.first, readFileRequest(SHIM_ENV), readListRequest(posix.dirname(SHIM_ENV))],
      second: (answers) => [...SERVICE_READS.second(answers), ...folderRequests(filesOf(answers))],
    },
    run: ({ host }) => judgeBackups(filesOf(host.answers()), host.answers()),
  },
  {
    ...ofHost,
    id: 'invokeai-backup-slot',
    title: 'invokeai.yaml.bak',
    about: 'InvokeAI rewrites old settings and overwrites its one backup at the next time: what only the backup holds is copied before.',
    reads: SERVICE_READS,
    run: ({ host }) => judgeSlot(host.answers()),
  },
  {
    ...ofHost,
    id: 'gateway-backups',
    title: "Backups of the gateway's configuration",
    about: 'The list of backends and the environment of the gateway each have a backup beside them.',
    layer: 'gateway',
    gatewayReads: { first: GATEWAY_FILES.flatMap((path) => [readFileRequest(path), readListRequest(posix.dirname(path))]) },
    run: ({ gateway }) => (gateway.profile === null ? skipped(TEXT.gatewayNone) : judgeBackups(GATEWAY_FILES, gateway.answers())),
  },
];

function judgeBackups(paths: readonly string[], answers: HostAnswers): Finding {
  const files = paths.map((path) => ({ path, file: readFileState(answers.get(readFileRequest(path))) }));
  const unread = files.find(({ file }) => file === undefined);
  const present = files.filter((one): one is { path: string; file: FileState } => one.file !== null && one.file !== undefined);
  if (present.length === 0) return unread === undefined ? skipped(TEXT.nothing) : unknown(TEXT.unread(unread.path));
  const without: string[] = [];
  const evidence: string[] = [];
  for (const { path, file } of present) {
    const names = answers.get(readListRequest(posix.dirname(path)));
    if (names === null || names.status !== 'ok') return unknown(TEXT.unread(path));
    const backup = names.lines.find((name) => isBackupOf(posix.basename(path), name));
    if (backup !== undefined) evidence.push(TEXT.backup(path, backup));
    else if (file.text?.startsWith(INSTALLED_COMMENT) === true) evidence.push(TEXT.bySetup(path));
    else without.push(path);
  }
  if (without.length === 0)
    return unread === undefined ? pass(TEXT.all(present.length), ...evidence) : unknown(TEXT.unread(unread.path), null, ...evidence);
  return warn(TEXT.some(without.length, present.length), byHand(TEXT.copyEach), ...without.map(TEXT.without), ...evidence);
}

/** Setup's `NAME.ada-STAMP.bak`, or a copy that an operator made: `NAME.bak.20261101`, `NAME-2026-11-01`, `NAME.orig`. */
export function isBackupOf(name: string, other: string): boolean {
  // InvokeAI overwrites this one.
  if (!other.startsWith(name) || other === 'invokeai.yaml.bak') return false;
  const rest = other.slice(name.length, name.length + 100);
  return rest === '~' || (/^[._-]/.test(rest) && /bak|backup|orig|old|save|\d{6}|\d{4}-\d\d-\d\d/i.test(rest));
}

function judgeSlot(answers: HostAnswers): Finding {
  const facts = machineFacts(answers);
  if (facts.invokeAi === null) return skipped(TEXT.notInstalled);
  const { backup, settings, root } = facts.invokeAi;
  if (backup === undefined || settings === undefined) return unknown(TEXT.notReported(`${root}/invokeai.yaml`));
  const found = SETTINGS_DIAGNOSES.find(({ id }) => id === 'invokeai-backup-overwritten')?.diagnose(facts) ?? null;
  if (found !== null) return warn(found.evidence.join(' '), byHand(found.remedy), `${root}/invokeai.yaml.bak`);
  return pass(backup === null ? TEXT.noBak : TEXT.noTrap);
}
