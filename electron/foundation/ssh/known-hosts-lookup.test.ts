import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../../testing/test-sshd.ts';
import { hostFieldCovers, parseKnownHosts } from './known-hosts.ts';

const NAMES = ['ada', 'ada.lan', '[ada]:2222', '10.0.0.1', '[10.0.0.1]:22', '2001:db8::1', '[2001:db8::1]:2222'] as const;
const hashed = (name: string): string => {
  const salt = Buffer.alloc(20, name.length);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

describe.skipIf(spawnSync('ssh-keygen', ['-?']).error !== undefined)('lines of known_hosts, found as ssh-keygen -F finds them', () => {
  let folder: string;
  let keys: string[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-lookup-'));
    keys = ['ed25519', 'ecdsa', 'rsa'].map((type) =>
      readFileSync(`${makeKey(join(folder, type), type)}.pub`, 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' '),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Numbers of the lines that ssh-keygen finds for a name. */
  const foundBySshKeygen = (file: string, name: string): number[] => {
    const { stdout } = spawnSync('ssh-keygen', ['-l', '-F', name, '-f', file], { encoding: 'utf8' });
    return [...stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map((match) => Number(match[1]));
  };

  it('finds the same lines in any file', () => {
    const pattern = fc.oneof(
      fc.constantFrom(
        ...NAMES,
        ...NAMES.map((name) => name.toUpperCase()),
        '*',
        '?da',
        'ada*',
        '*.lan',
        '[*]:2222',
        '[ada]:*',
        '10.0.0.?',
        '',
        '*:*',
      ),
      fc.string({ unit: fc.constantFrom('a', 'd', '*', '?', '.', '[', ']', ':', '!'), maxLength: 6 }),
    );
    const hosts = fc.oneof(
      fc
        .array(fc.tuple(fc.boolean(), pattern), { minLength: 1, maxLength: 4 })
        .map((parts) => parts.map(([not, each]) => (not ? `!${each}` : each)).join(',')),
      fc.constantFrom(...NAMES).map(hashed),
      fc.constantFrom('|1|', '|2|AAAA|BBBB', `${hashed('ada')}x`, `|1|AAAA|${hashed('ada').split('|')[3]}`),
    );
    const key = fc.oneof(
      { weight: 5, arbitrary: fc.nat({ max: 2 }).map((index) => keys[index] ?? '') },
      fc.nat({ max: 2 }).map((index) => (keys[index] ?? '').slice(0, -4)),
      fc.nat({ max: 2 }).map((index) => `ssh-dss ${(keys[index] ?? '').split(' ')[1]}`),
      fc.constantFrom('', 'ssh-rsa', 'ssh-rsa AAAA', '# comment', 'ssh-ed25519 !!!!'),
    );
    const line = fc
      .tuple(
        fc.constantFrom('', '', '', ' ', '\t', '#', '@revoked ', '@cert-authority ', '@other '),
        hosts,
        fc.constantFrom(' ', '\t', '  '),
        key,
        fc.constantFrom('', ' note', '\r', '  # x\r'),
      )
      .map((parts) => parts.join(''));
    const file = join(folder, 'known');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom(...NAMES), (lines, name) => {
        const text = lines.join('\n');
        writeFileSync(file, text);
        const found = parseKnownHosts(text, file).filter((each) => hostFieldCovers(each.hosts, name));
        expect(found.map((each) => each.line)).toEqual(foundBySshKeygen(file, name));
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
