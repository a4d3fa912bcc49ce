import { createHash } from 'node:crypto';
import type { HostAnswers, ReadRequest } from '../../../foundation/host-reader/answers.ts';
import {
  type FileState,
  readFileRequest,
  readFileState,
  readListRequest,
  readStatRequest,
} from '../../../foundation/host-reader/answers.ts';
import type { AbsentResource, Action, FileContent, FileResource, FileWrite, FolderResource, Resource, Verdict } from './resources.ts';

type Link = Extract<Resource, { kind: 'link' }>;

export const OK: Verdict = { state: 'ok' };
const UNKNOWN: Verdict = { state: 'unknown' };

/** Commands that change the host, in order. */
export const changeBy = (...commands: readonly (readonly string[])[]): Verdict => ({
  state: 'change',
  actions: commands.map((argv): Action => ({ kind: 'command', argv })),
  downloadBytes: null,
  note: null,
});

export const blocked = (reason: string, remedy: string): Verdict => ({ state: 'blocked', reason, remedy });

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const readsOfFile = ({ path }: FileResource): readonly ReadRequest[] => [readFileRequest(path)];
export const readsOfPlace = ({ path }: { readonly path: string }): readonly ReadRequest[] => [readStatRequest(path)];

/** How a file compares with its wanted text, owner and mode. */
export function verdictOfFile(file: FileResource, answers: HostAnswers): Verdict {
  const present = readFileState(answers.get(readFileRequest(file.path)));
  if (present === undefined || present?.isReadable === false) return UNKNOWN;
  if (present !== null && present.kind !== 'file') {
    return blocked(
      `${file.path} is ${present.kind === 'link' ? `a link to ${present.target}` : 'not a regular file'}.`,
      'Move it away on the host, then plan again.',
    );
  }
  if (present !== null && present.text === null && present.bytes > 0) {
    return blocked(`${file.path} is not a text file of this kind (${present.bytes} bytes).`, 'Move it away on the host, then plan again.');
  }
  const before = present === null ? null : (present.text ?? '');
  const text = file.content.kind === 'edit' ? file.content.edit(before) : file.content.text;
  const keeps = file.keepsAttributes === true && present !== null;
  if (before === text && present !== null && (keeps || hasAttributes(present, file))) return OK;
  return {
    state: 'change',
    downloadBytes: null,
    note: before === text ? describeAttributes(present, file) : (file.note ?? null),
    actions: [
      {
        kind: 'file',
        write: {
          path: file.path,
          owner: keeps ? null : file.owner,
          group: keeps ? null : file.group,
          mode: keeps ? null : file.mode,
          text,
          replaces: before === null ? null : sha256(before),
          check: file.check ?? null,
          as: file.as ?? null,
          shown: shownOf(file.content, before ?? '', text),
        },
      },
    ],
  };
}

function shownOf(content: FileContent, before: string, after: string): FileWrite['shown'] {
  if (content.kind === 'secret') return null;
  const shows = content.kind === 'edit' ? content.shows : undefined;
  return shows === undefined ? { before, after } : { before: shows(before), after: shows(after) };
}

const hasAttributes = (present: FileState, { owner, group, mode }: Pick<FileResource, 'owner' | 'group' | 'mode'>): boolean =>
  present.owner === owner && present.group === group && present.mode === mode;

function describeAttributes(present: FileState | null, file: Pick<FileResource, 'owner' | 'group' | 'mode'>): string | null {
  if (present === null) return null;
  return `${present.owner}:${present.group} ${present.mode} becomes ${file.owner}:${file.group} ${file.mode}`;
}

/** A folder, its owner and mode; what is in it stays. */
export function verdictOfFolder(folder: FolderResource, answers: HostAnswers): Verdict {
  const present = readFileState(answers.get(readStatRequest(folder.path)));
  if (present === undefined) return UNKNOWN;
  const { path, owner, group, mode } = folder;
  if (present === null) {
    return folder.as === undefined
      ? changeBy(['install', '-d', '-o', owner, '-g', group, '-m', mode, '--', path])
      : changeBy(['runuser', '-u', folder.as, '--', 'mkdir', '-p', '-m', mode, '--', path]);
  }
  if (present.kind !== 'folder') return blocked(`${path} is not a folder.`, 'Move it away on the host, then plan again.');
  if (folder.keepsAttributes === true) return OK;
  if (folder.keepsAttributes === 'writable') return verdictOfWritable(folder, present);
  const commands: (readonly string[])[] = [];
  if (present.owner !== owner || present.group !== group) commands.push(['chown', '--no-dereference', `${owner}:${group}`, '--', path]);
  if (present.mode !== mode) commands.push(['chmod', mode, '--', path]);
  return commands.length === 0 ? OK : changeBy(...commands);
}

/** Rights of the owner: read, write and search, the octal digit before those of group and others. */
const OWNER_RIGHTS = 7;

function verdictOfWritable({ path, owner }: FolderResource, present: FileState): Verdict {
  const commands: (readonly string[])[] = [];
  if (present.owner !== owner) commands.push(['chown', '--no-dereference', owner, '--', path]);
  if (Number(present.mode.padStart(3, '0').at(-3)) !== OWNER_RIGHTS) commands.push(['chmod', 'u+rwx', '--', path]);
  return commands.length === 0 ? OK : changeBy(...commands);
}

/** A symbolic link; another link is replaced in one step, anything else is not. */
export function verdictOfLink(link: Link, answers: HostAnswers): Verdict {
  const present = readFileState(answers.get(readStatRequest(link.path)));
  if (present === undefined) return UNKNOWN;
  if (present !== null && present.kind !== 'link') {
    return blocked(`${link.path} is not a link.`, 'Move it away on the host, then plan again.');
  }
  if (present?.target === link.target) return OK;
  const command = ['ln', '-sfT', '--', link.target, link.path];
  return changeBy(link.as === undefined ? command : ['runuser', '-u', link.as, '--', ...command]);
}

export const readsOfAbsent = ({ path, by }: AbsentResource): readonly ReadRequest[] =>
  by === 'delete-empty' ? [readStatRequest(path), readListRequest(path)] : [readStatRequest(path)];

/** Nothing at a path. */
export function verdictOfAbsent(
  { path, by, comesWithPackage }: AbsentResource,
  answers: HostAnswers,
  willChange: ReadonlySet<string>,
): Verdict {
  const present = readFileState(answers.get(readStatRequest(path)));
  if (present === undefined) return UNKNOWN;
  if (present === null && !(comesWithPackage === true && willChange.has('packages'))) return OK;
  if (by === 'move') return { state: 'change', actions: [{ kind: 'remove', path }], downloadBytes: null, note: null };
  if (by === 'delete') return changeBy(['rm', '-rf', '--', path]);
  const names = answers.get(readListRequest(path))?.lines ?? [];
  const isEmptyThen = names.every((name) => willChange.has(`${path}/${name}`));
  return isEmptyThen ? changeBy(['rmdir', '--', path]) : OK;
}
