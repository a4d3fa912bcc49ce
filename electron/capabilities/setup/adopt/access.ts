import type { FileState } from '../../../foundation/host-reader/answers.ts';

/** Whether the bits of a mode let a user write; lists of access (acl(5)) are not looked at. */
export function mayWrite(
  { owner, group, mode }: Pick<FileState, 'owner' | 'group' | 'mode'>,
  user: string,
  groups: readonly string[],
): boolean {
  const bits = Number.parseInt(mode, 8);
  if (owner === user) return (bits & 0o200) !== 0;
  if (groups.includes(group)) return (bits & 0o020) !== 0;
  return (bits & 0o002) !== 0;
}
