import { describe, expect, it } from 'vitest';
import { FileError, Files } from './files.ts';
import { Users } from './users.ts';

function context(): { files: Files; users: Users; fault(work: () => unknown): string; full: { isFull: boolean } } {
  const users = new Users();
  users.addSystemUser('other', '/srv/other');
  const full = { isFull: false };
  const files = new Files({ now: () => 1000, groupsOf: (user) => users.groupsOf(user), isFull: () => full.isFull });
  for (const path of ['/srv', '/etc']) files.makeFolder(path, { user: 'root' });
  files.makeFolder('/tmp', { user: 'root', mode: 0o1777 });
  const fault = (work: () => unknown): string => {
    try {
      work();
    } catch (thrown) {
      if (thrown instanceof FileError) return thrown.fault;
      throw thrown;
    }
    return 'none';
  };
  return { files, users, fault, full };
}
const TEXT = Buffer.from('text');

describe('Files', () => {
  it('grants by owner, group and others', () => {
    const { files, users, fault } = context();
    files.write('/srv/file', TEXT, { user: 'root', mode: 0o640, owner: 'root', group: 'adm' });
    expect(fault(() => files.read('/srv/file', 'operator'))).toBe('permission-denied');
    users.addToGroup('operator', 'adm');
    expect(files.read('/srv/file', 'operator')).toEqual(TEXT);
    expect(fault(() => files.write('/srv/file', TEXT, { user: 'operator' }))).toBe('permission-denied');
    expect(fault(() => files.write('/srv/new', TEXT, { user: 'operator' }))).toBe('permission-denied');
    files.makeFolder('/srv/closed', { user: 'root', mode: 0o700 });
    files.write('/srv/closed/file', TEXT, { user: 'root' });
    expect(fault(() => files.lstat('/srv/closed/file', 'operator'))).toBe('permission-denied');
    expect(fault(() => files.list('/srv/closed', 'operator'))).toBe('permission-denied');
    expect(fault(() => files.setOwner('/srv/file', 'other', 'other', 'operator'))).toBe('permission-denied');
  });

  it('lets only its owner remove a file in a sticky folder', () => {
    const { files, fault } = context();
    files.write('/tmp/mine', TEXT, { user: 'operator' });
    expect(fault(() => files.remove('/tmp/mine', 'other'))).toBe('permission-denied');
    files.remove('/tmp/mine', 'operator');
    expect(files.list('/tmp', 'other')).toEqual([]);
  });

  it('follows links on the way and at the end, except where the link itself is meant', () => {
    const { files, fault } = context();
    files.makeFolder('/srv/v1', { user: 'root' });
    files.write('/srv/v1/program', TEXT, { user: 'root', mode: 0o755 });
    files.makeLink('/srv/current', 'v1', 'root');
    expect(files.read('/srv/current/program', 'operator')).toEqual(TEXT);
    expect(files.isProgram('/srv/current/program')).toBe(true);
    expect(files.lstat('/srv/current', 'operator')).toMatchObject({ kind: 'link', target: 'v1' });
    files.rename('/srv/v1', '/srv/v2', 'root');
    expect(fault(() => files.read('/srv/current/program', 'root'))).toBe('no-such-file');
    files.makeLink('/srv/current', '/srv/v2', 'root');
    expect(files.read('/srv/current/program', 'root')).toEqual(TEXT);
    files.makeLink('/srv/loop', 'loop', 'root');
    expect(fault(() => files.read('/srv/loop', 'root'))).toBe('loop');
    expect(fault(() => files.read('/srv/v2/program/below', 'root'))).toBe('not-a-directory');
  });

  it('takes no content on a full disk', () => {
    const { files, fault, full } = context();
    full.isFull = true;
    expect(fault(() => files.write('/srv/file', TEXT, { user: 'root' }))).toBe('no-space');
    expect(fault(() => files.write('/srv/empty', Buffer.alloc(0), { user: 'root' }))).toBe('none');
  });
});
