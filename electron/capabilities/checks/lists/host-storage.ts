import { isShortOf, LEAST_FREE } from '../../../../shared/disk-need.ts';
import { formatBytes, formatCount, formatPercent } from '../../../../shared/format.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { type HostAnswers, type ReadRequest, readFileState, readStatRequest } from '../../../foundation/host-reader/answers.ts';
import { mayWrite } from '../../setup/adopt/access.ts';
import { serviceValue } from '../../setup/adopt/service-facts.ts';
import { readMemory } from '../../setup/host-facts.ts';
import { isPlainPath } from '../../setup/recipes/parameters.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, skipped, unknown, warn } from '../check.ts';
import { HOST_TEXT as TEXT } from './host-text.ts';
import { machineFacts, rootOf, rowOf, SERVICE_READS } from './machine-facts.ts';

const GIB = 1024 ** 3;
const LEAST_INODES = { fail: 0.01, warn: 0.05 } as const;
const LEAST_MEMORY = { fail: 0.5 * GIB, warn: 2 * GIB, total: 15 * GIB } as const;

const ofHost = { group: 'host', layer: 'host', cost: 'reads' } as const;

/** Folders that grow: of the system, InvokeAI and ComfyUI. */
function foldersOf(answers: HostAnswers): readonly string[] {
  const { invokeAi, comfyUi } = machineFacts(answers);
  const working = comfyUi === null ? '' : (serviceValue(comfyUi, 'WorkingDirectory') ?? '').replace(/^-/, '');
  const invokeFolders = invokeAi === null ? [] : [invokeAi.root, folderIn(answers, 'models'), folderIn(answers, 'outputs')];
  return ['/', ...invokeFolders, ...(isPlainPath(working) ? [working] : [])].filter((path) => path !== null);
}

/** The folder of models or outputs that invokeai.yaml names; relative ones are below the root. */
function folderIn(answers: HostAnswers, name: 'models' | 'outputs'): string | null {
  const { invokeAi } = machineFacts(answers);
  if (invokeAi === null) return null;
  const set = invokeAi.yaml?.values[`${name}_dir`];
  const path = typeof set === 'string' ? (set.startsWith('/') ? set : `${invokeAi.root}/${set}`) : `${invokeAi.root}/${name}`;
  return isPlainPath(path) ? path : null;
}

const ofFolders =
  (kind: string) =>
  (answers: HostAnswers): readonly ReadRequest[] =>
    foldersOf(answers).map((path) => `${kind} ${path}`);
const readsOf = (kind: string): Required<Pick<Check, 'reads'>>['reads'] => ({
  first: [...SERVICE_READS.first, `${kind} /`],
  second: (answers) => [...SERVICE_READS.second(answers), ...ofFolders(kind)(answers)],
});

export const STORAGE_CHECKS: readonly Check[] = [
  {
    ...ofHost,
    id: 'disk-space',
    title: 'Disk space',
    about: 'The disks of the system, of InvokeAI, its models and outputs, and of ComfyUI have at least 20 GiB and 5 % free.',
    reads: readsOf('disk'),
    run: ({ host }) => judgeDisks(host.answers()),
  },
  {
    ...ofHost,
    id: 'inodes',
    title: 'Inodes',
    about: 'The same file systems can take more files: at least 5 % of their inodes are free.',
    reads: readsOf('inodes'),
    run: ({ host }) => judgeInodes(host.answers()),
  },
  {
    ...ofHost,
    id: 'folders-writable',
    title: 'Folders of InvokeAI are writable',
    about: 'The root and the outputs of InvokeAI are on a file system that is mounted for writing, and its user may write them.',
    reads: {
      first: SERVICE_READS.first,
      second: (answers) => [
        ...SERVICE_READS.second(answers),
        ...foldersOfInvokeAi(answers).flatMap((path) => [`mount ${path}`, readStatRequest(path)]),
      ],
    },
    run: ({ host }) => judgeWritable(host.answers()),
  },
  {
    ...ofHost,
    id: 'memory',
    title: 'Memory',
    about: 'The host has memory enough to load models through, and at least 2 GiB of it are available now.',
    reads: { first: ['memory'] },
    run: ({ host }) => judgeMemory(host.answers()),
  },
];

type Row = { readonly mount: string; readonly free: number; readonly total: number };

/** One row for each file system, the fullest first. */
function rowsOf(answers: HostAnswers, kind: string): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const path of foldersOf(answers)) {
    const row = rowOf(answers, `${kind} ${path}`);
    if (row !== null) rows.set(row.mount, row);
  }
  return [...rows.values()].sort((one, other) => shareOf(one) - shareOf(other));
}

const shareOf = ({ free, total }: Row): number => (total === 0 ? 1 : free / total);
/** `below 1 %` where there is little. */
const percentOf = (row: Row): string =>
  shareOf(row) > 0 && shareOf(row) < 0.01 ? `${(shareOf(row) * 100).toFixed(1)} %` : formatPercent(shareOf(row) * 100);

function judgeDisks(answers: HostAnswers): Finding {
  const rows = rowsOf(answers, 'disk').filter(({ total }) => total > 0);
  const describe = (row: Row): string => TEXT.free(row.mount, formatBytes(row.free), formatBytes(row.total), percentOf(row));
  return judgeRows(
    rows,
    describe,
    { isFailed: (row) => isShortOf(row, LEAST_FREE.fail), isWarned: (row) => isShortOf(row, LEAST_FREE.warn) },
    TEXT.freeSpace,
    'its disks',
  );
}

function judgeInodes(answers: HostAnswers): Finding {
  const describe = (row: Row): string =>
    row.total === 0 ? TEXT.inodesEndless(row.mount) : TEXT.inodes(row.mount, formatCount(row.free), formatCount(row.total), percentOf(row));
  const limits = { isFailed: (row: Row) => shareOf(row) < LEAST_INODES.fail, isWarned: (row: Row) => shareOf(row) < LEAST_INODES.warn };
  return judgeRows(rowsOf(answers, 'inodes'), describe, limits, TEXT.freeInodes, 'its inodes');
}

function judgeRows(
  rows: readonly Row[],
  describe: (row: Row) => string,
  { isFailed, isWarned }: { readonly isFailed: (row: Row) => boolean; readonly isWarned: (row: Row) => boolean },
  remedy: string,
  what: string,
): Finding {
  const evidence = rows.map(describe);
  const [worst] = evidence;
  if (worst === undefined) return unknown(TEXT.notReported(what));
  const failed = rows.find(isFailed);
  if (failed !== undefined) return fail(describe(failed), byHand(remedy), ...evidence);
  const warned = rows.find(isWarned);
  return warned === undefined ? pass(worst, ...evidence) : warn(describe(warned), byHand(remedy), ...evidence);
}

function foldersOfInvokeAi(answers: HostAnswers): readonly string[] {
  return [...new Set([rootOf(answers), folderIn(answers, 'outputs')])].filter((path) => path !== null);
}

function judgeWritable(answers: HostAnswers): Finding {
  const { invokeAi } = machineFacts(answers);
  const paths = foldersOfInvokeAi(answers);
  const [root] = paths;
  if (invokeAi === null || root === undefined) return skipped(TEXT.noInvokeAi);
  const { user } = invokeAi.service;
  const groups = typeof invokeAi.user === 'object' && invokeAi.user !== null ? invokeAi.user.groups : [user];
  const evidence: string[] = [];
  for (const path of paths) {
    const mount = plainText(answers.get(`mount ${path}`)?.lines[0] ?? '', 500).trim();
    const [, target, options] = /^(\/\S{0,200}) +\S{1,60} +(\S{2,400})$/.exec(mount) ?? [];
    if (target === undefined || options === undefined) return unknown(TEXT.notReported(`the file system of ${path}`), null, mount);
    evidence.push(mount);
    if (options.split(',').includes('ro')) return fail(TEXT.readOnly(path, target), byHand(TEXT.remount), mount);
    const folder = readFileState(answers.get(readStatRequest(path)));
    // InvokeAI makes the folder of outputs itself; a folder that the login may not enter says nothing.
    if (folder === null && path === root) return fail(TEXT.noFolder(path), byRecipe('invokeai', TEXT.applyInvokeAi));
    if (folder === null || folder === undefined || folder.kind !== 'folder') continue;
    const owned = TEXT.owned(path, folder.owner, folder.group, folder.mode);
    if (user !== 'root' && !mayWrite(folder, user, groups))
      return fail(TEXT.notOwned(path, user), byRecipe('invokeai', TEXT.applyInvokeAi), owned);
    evidence.push(owned);
  }
  return pass(TEXT.writable(paths.join(', ')), ...evidence);
}

function judgeMemory(answers: HostAnswers): Finding {
  const lines = answers.get('memory')?.lines ?? [];
  const { totalBytes: total, availableBytes: available } = readMemory(answers);
  if (total === null || available === null) return unknown(TEXT.notReported('its memory'), null, ...lines);
  const [free, size] = [formatBytes(available), formatBytes(total)];
  if (available < LEAST_MEMORY.fail) return fail(TEXT.memoryShort(free, size), byHand(TEXT.freeMemory), ...lines);
  if (available < LEAST_MEMORY.warn) return warn(TEXT.memoryShort(free, size), byHand(TEXT.freeMemory), ...lines);
  return total < LEAST_MEMORY.total
    ? warn(TEXT.memorySmall(size), byHand(TEXT.addMemory), ...lines)
    : pass(TEXT.memory(free, size), ...lines);
}
