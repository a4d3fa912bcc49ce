import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowsWithoutPassword, commandsWithoutPassword } from './sudo-list.ts';

/** As sudo 1.9.13p3 prints it. */
const LISTING = `Matching Defaults entries for panel on ada2:
    env_reset, mail_badpass, secure_path=/usr/local/sbin\\:/usr/local/bin, use_pty, !lecture

User panel may run the following commands on ada2:

Sudoers entry:
    RunAsUsers: ALL
    RunAsGroups: ALL
    Commands:
\tALL

Sudoers entry: /etc/sudoers.d/ada
    RunAsUsers: root
    Options: !authenticate
    Commands:
\t/usr/bin/systemctl restart nginx.service
\t/usr/bin/systemctl restart a\\:b@c\\=d.service
\t/usr/bin/id

Sudoers entry:
    RunAsUsers: root
    Options: authenticate
    Commands:
\t/usr/bin/id
\t!/usr/bin/su

Sudoers entry:
    RunAsUsers: www-data
    Options: !authenticate
    Commands:
\t/usr/bin/true

Sudoers entry:
    RunAsUsers: root
    Options: setenv, !authenticate
    Commands:
\t/usr/bin/ls *.txt
\t/usr/bin/who ""
\t/usr/local/bin/
`;
const free = (...argv: readonly string[]): boolean => allowsWithoutPassword(LISTING, argv);

describe('what sudo -ll lists', () => {
  it('allows exactly the commands of a rule without a password', () => {
    expect(free('/usr/bin/systemctl', 'restart', 'nginx.service')).toBe(true);
    expect(free('/usr/bin/systemctl', 'restart', 'a:b@c=d.service')).toBe(true);
    // These may be run too, but with a password.
    expect(free('/usr/bin/systemctl', 'restart', 'ssh.service')).toBe(false);
    expect(free('/usr/bin/systemctl', 'restart', 'nginxxservice')).toBe(false);
    expect(free('/usr/bin/systemctl', 'restart')).toBe(false);
  });

  it('lists what is free of a password for root, denied commands left out', () => {
    expect(commandsWithoutPassword(LISTING)).toEqual([
      '/usr/bin/systemctl restart nginx.service',
      '/usr/bin/systemctl restart a\\:b@c\\=d.service',
      '/usr/bin/id',
      '/usr/bin/ls *.txt',
      '/usr/bin/who ""',
      '/usr/local/bin/',
    ]);
  });

  it('lets the last rule decide, and keeps to rules for root', () => {
    expect(free('/usr/bin/id')).toBe(false);
    expect(free('/usr/bin/su')).toBe(false);
    expect(free('/usr/bin/true')).toBe(false);
  });

  it.each([
    ['ALL, !root', false],
    ['ALL, !#0', false],
    ['!root, ALL', true],
    ['!www-data, root', true],
    ['!www-data', false],
  ])('reads whom a rule lets the user run as: %s', (users, isRoot) => {
    const listing = `Sudoers entry:\n    RunAsUsers: ${users}\n    Options: !authenticate\n    Commands:\n\tALL\n`;
    expect(allowsWithoutPassword(listing, ['/usr/bin/id'])).toBe(isRoot);
  });

  it('knows wildcards, no arguments and folders', () => {
    expect(free('/usr/bin/ls', 'notes.txt')).toBe(true);
    expect(free('/usr/bin/ls', 'notes.md')).toBe(false);
    expect(free('/usr/bin/who')).toBe(true);
    expect(free('/usr/bin/who', 'am', 'i')).toBe(false);
    expect(free('/usr/local/bin/tool', 'x')).toBe(true);
    expect(free('/usr/local/bin/deep/tool')).toBe(false);
  });

  it('knows a user of whom no password is ever asked', () => {
    const entry = 'Sudoers entry:\n    RunAsUsers: ALL\n    Commands:\n\tALL\n';
    const defaults = 'Matching Defaults entries for op on h:\n    env_reset, !authenticate\n\n';
    expect(allowsWithoutPassword(`${defaults}${entry}`, ['/usr/bin/id'])).toBe(true);
    expect(allowsWithoutPassword(entry, ['/usr/bin/id'])).toBe(false);
    expect(allowsWithoutPassword(entry.replace('    Commands', '    Options: !authenticate\n    Commands'), ['/usr/bin/id'])).toBe(true);
  });

  it('reads a backslash as the escape of a pattern, and with sudo-rs as itself', () => {
    const entry = (command: string) =>
      `Sudoers entry:\n    RunAsUsers: root\n    Options: !authenticate\n    Commands:\n\t/usr/bin/systemctl restart ${command}\n`;
    const argv = (unit: string) => ['/usr/bin/systemctl', 'restart', unit];
    expect(allowsWithoutPassword(entry('my\\\\x2dodd.service'), argv('my\\x2dodd.service'))).toBe(true);
    expect(allowsWithoutPassword(entry('my\\x2dodd.service'), argv('my\\x2dodd.service'))).toBe(false);
    expect(allowsWithoutPassword(entry('my\\x2dodd.service'), argv('myx2dodd.service'))).toBe(true);
    expect(allowsWithoutPassword(entry('my\\x2dodd.service'), argv('my\\x2dodd.service'), 'literal')).toBe(true);
    expect(allowsWithoutPassword(entry('my\\x2dodd.service'), argv('myx2dodd.service'), 'literal')).toBe(false);
  });

  it('is not held up by a pattern of many stars', () => {
    const pattern = `${'*a'.repeat(2_000)}b`;
    const listing = `Sudoers entry:\n    RunAsUsers: root\n    Options: !authenticate\n    Commands:\n\t/usr/bin/ls ${pattern}\n`;
    const startedAt = performance.now();
    expect(allowsWithoutPassword(listing, ['/usr/bin/ls', 'a'.repeat(5_000)])).toBe(false);
    expect(allowsWithoutPassword(listing, ['/usr/bin/ls', `${'xa'.repeat(2_000)}b`])).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('never throws, whatever is printed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (text, argv) => {
        allowsWithoutPassword(text, argv);
        allowsWithoutPassword(`Sudoers entry:\n    Commands:\n\t${text}\n`, argv);
      }),
    );
  });
});
