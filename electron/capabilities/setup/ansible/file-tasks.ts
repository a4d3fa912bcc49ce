import { type HostAnswers, readFileRequest, readFileState } from '../../../foundation/host-reader/answers.ts';
import type { PlannedStep } from '../engine/plan.ts';
import type { FileCheck, FileResource, FolderResource } from '../engine/resources.ts';
import { flatLinesOf } from './flat-lines.ts';
import { literal, nameOf, type StepTasks, type Task, variableOf } from './task.ts';

/** A file: copied, edited line by line where it is a flat list of settings, or a variable where it holds a secret. */
export function fileTasks(placed: PlannedStep, file: FileResource, answers: HostAnswers): StepTasks {
  const { before, attributes } = attributesOf(placed, file);
  const place = { ...attributes, backup: true };
  const validate = file.check === undefined ? {} : { validate: validateCommand(file.check, file.path) };
  const present = readFileState(answers.get(readFileRequest(file.path)))?.text ?? null;
  const lines = file.content.kind === 'edit' ? flatLinesOf(file.content.edit, present) : null;
  // The whole text of a file that also holds secrets is a secret.
  if (file.content.kind === 'secret' || (file.content.kind === 'edit' && file.content.shows !== undefined && lines === null)) {
    const secret = variableOf(placed.id, 'text');
    const copy = { content: `{{ ${secret} }}`, dest: file.path, ...place, ...validate };
    return { tasks: [...before, { name: nameOf(placed), 'ansible.builtin.copy': copy, no_log: true }], secrets: [secret] };
  }
  if (lines !== null) {
    const edit = {
      path: file.path,
      create: true,
      regexp: '{{ item.regexp }}',
      line: '{{ item.line }}',
      insertbefore: '{{ item.insertbefore | default(omit) }}',
      ...place,
      backup: false,
      ...validate,
    };
    const loop = lines.map(({ regexp, line, isHead }) => ({ regexp, line: literal(line), ...(isHead ? { insertbefore: 'BOF' } : {}) }));
    const task = { name: nameOf(placed), 'ansible.builtin.lineinfile': edit, loop, loop_control: { label: '{{ item.line }}' } };
    return { tasks: [...before, task] };
  }
  const source = file.path.slice(1);
  const text = file.content.kind === 'edit' ? file.content.edit(present) : file.content.text;
  const task = { name: nameOf(placed), 'ansible.builtin.copy': { src: source, dest: file.path, ...place, ...validate } };
  const notes =
    file.content.kind === 'edit'
      ? [`${file.path} is copied as a whole, as it is on this host after the setup: it is no flat list of settings.`]
      : [];
  return { tasks: [...before, task], files: { [source]: text }, notes };
}

export function folderTasks(placed: PlannedStep, folder: FolderResource): StepTasks {
  const { before, attributes } = attributesOf(placed, folder);
  const options = { path: folder.path, state: 'directory', ...attributes };
  return { tasks: [...before, { name: nameOf(placed), 'ansible.builtin.file': options }] };
}

/** Owner, group and mode; where what is there keeps its own, it is looked for first. */
function attributesOf(
  placed: PlannedStep,
  { path, owner, group, mode, keepsAttributes }: FileResource | FolderResource,
): { readonly before: readonly Task[]; readonly attributes: Readonly<Record<'owner' | 'group' | 'mode', string>> } {
  if (keepsAttributes !== true) return { before: [], attributes: { owner, group, mode: octal(mode) } };
  const stat = variableOf(placed.id, 'present');
  const own = (value: string): string => `{{ omit if ${stat}.stat.exists else '${value}' }}`;
  return {
    before: [{ name: `${nameOf(placed)}: look for what is there`, 'ansible.builtin.stat': { path }, register: stat }],
    attributes: { owner: own(owner), group: own(group), mode: own(octal(mode)) },
  };
}

/** Modes are texts, which YAML reads as texts. */
const octal = (mode: string): string => mode.padStart(4, '0');

/** What Ansible runs on the new text; `%s` is its temporary file. systemd-analyze takes only files that are named as a unit. */
function validateCommand(check: FileCheck, path: string): string {
  if (check === 'visudo') return '/usr/sbin/visudo -cf %s';
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `sh -c 'd=$(mktemp -d) && cp -- "$1" "$d/${name}" && systemd-analyze verify "$d/${name}"; s=$?; rm -rf "$d"; exit $s' sh %s`;
}
