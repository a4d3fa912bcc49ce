import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPanelError } from '../../../shared/errors.ts';
import { appendLine } from '../files/atomic-file.ts';
import { openHostKeyCheck } from './host-key.ts';
import { hostFieldCovers, judgeHostKey, knownHostEntry, knownHostName, knownKeyTypes, parseKnownHosts } from './known-hosts.ts';

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
const ed25519 = (fill: number): Buffer => Buffer.concat([field(Buffer.from('ssh-ed25519')), field(Buffer.alloc(32, fill))]);
const line = (hosts: string, blob: Buffer, type = 'ssh-ed25519'): string => `${hosts} ${type} ${blob.toString('base64')}`;
const one = ed25519(1);
const two = ed25519(2);
const rsa = Buffer.concat([field(Buffer.from('ssh-rsa')), field(Buffer.from([1, 0, 1])), field(Buffer.alloc(256, 0xc5))]);
const judge = (text: string, host: string, port: number, offered: Buffer, alias: string | null = null) =>
  judgeHostKey(parseKnownHosts(text, 'f'), knownHostName(host, port, alias), offered);

describe('known_hosts', () => {
  it('knows plain names, comma lists, CRLF, comments and several keys a host', () => {
    const text = `# comment\r\n\r\n${line('ada2,10.0.0.2', one)} note\r\n${line('ada2', rsa, 'ssh-rsa')}\r\nbroken line\r\n`;
    expect(judge(text, 'ADA2', 22, one).kind).toBe('known');
    expect(judge(text, '10.0.0.2', 22, one).kind).toBe('known');
    expect(judge(text, 'ada2', 22, rsa).kind).toBe('known');
    expect(judge(text, 'ada3', 22, one).kind).toBe('unknown');
    expect(knownKeyTypes(parseKnownHosts(text, 'f'), knownHostName('ada2', 22))).toEqual(['ssh-ed25519', 'ssh-rsa']);
  });

  it('says changed with the line of the same key type', () => {
    const text = `${line('ada2', rsa, 'ssh-rsa')}\n${line('ada2', one)}\n`;
    expect(judge(text, 'ada2', 22, two)).toMatchObject({ kind: 'changed', expected: { line: 2, file: 'f' } });
    expect(judge(`${line('ada2', rsa, 'ssh-rsa')}\n`, 'ada2', 22, two)).toMatchObject({ kind: 'changed', expected: { line: 1 } });
  });

  it('keeps ports apart, but takes a key kept without a port as ssh does', () => {
    expect(judge(line('[ada2]:2222', one), 'ada2', 2222, one).kind).toBe('known');
    expect(judge(line('[ada2]:2222', one), 'ada2', 22, one).kind).toBe('unknown');
    expect(judge(line('ada2', one), 'ada2', 2222, one).kind).toBe('known');
    expect(judge(line('ada2', one), 'ada2', 2222, two).kind).toBe('unknown');
    expect(judge(line('[ada2]:2222', one), 'ada2', 2222, two).kind).toBe('changed');
  });

  it('takes a HostKeyAlias as it is, never with a port', () => {
    expect(judge(line('gpu-box', two), '192.0.2.10', 2222, one, 'GPU-box').kind).toBe('changed');
    expect(judge(line('gpu-box', one), '192.0.2.10', 2222, one, 'gpu-box').kind).toBe('known');
    expect(judge(line('[gpu-box]:2222,[192.0.2.10]:2222,192.0.2.10', one), '192.0.2.10', 2222, one, 'gpu-box').kind).toBe('unknown');
    expect(knownHostEntry(knownHostName('192.0.2.10', 2222, 'GPU-box'), one)).toBe(`${line('gpu-box', one)}\n`);
  });

  it('leaves out lines that ssh cannot read, so that they are no other key', () => {
    const text = [
      `ada2 ssh-ed25519 ${one.toString('base64').slice(0, -4)}`,
      `ada2 ssh-ed25519 ${Buffer.concat([two, Buffer.from([0])]).toString('base64')}`,
      `ada2 ssh-rsa ${two.toString('base64')}`,
      `ada2 ssh-ed25519 ${two.toString('base64')}!`,
      `ada2 ssh-ed25519 `,
      `@unknown ${line('ada2', two)}`,
      'ada2',
    ].join('\n');
    expect(parseKnownHosts(text, 'f')).toEqual([]);
    expect(judge(text, 'ada2', 22, one).kind).toBe('unknown');
  });

  it.each(['*', 'a,b', 'my box', '!ada2', '@revoked', '|1|a|b', '#x', 'a\nb', '', '[x]'])('writes no line for the name %j', (alias) => {
    expect(() => knownHostEntry(knownHostName('ada2', 22, alias), one)).toThrow();
  });

  it('matches patterns, and a negation wins', () => {
    expect(hostFieldCovers('*.lan,!bad.lan', 'good.lan')).toBe(true);
    expect(hostFieldCovers('*.lan,!bad.lan', 'bad.lan')).toBe(false);
    expect(hostFieldCovers('ada?', 'ada2')).toBe(true);
    expect(hostFieldCovers('ada?', 'ada')).toBe(false);
    expect(hostFieldCovers('[*]:2222', '[ada2]:2222')).toBe(true);
    expect(hostFieldCovers('!ada2', 'ada3')).toBe(false);
  });

  it('knows hashed names', () => {
    const salt = Buffer.alloc(20, 7);
    const hash = createHmac('sha1', salt).update('[ada2]:2222').digest('base64');
    const text = `|1|${salt.toString('base64')}|${hash} ssh-ed25519 ${one.toString('base64')}`;
    expect(judge(text, 'ada2', 2222, one).kind).toBe('known');
    expect(judge(text, 'ada3', 2222, one).kind).toBe('unknown');
    expect(knownHostEntry(knownHostName('ada2', 2222), one, salt)).toBe(`${text}\n`);
  });

  it('refuses a revoked key even where it is trusted, and reports a certificate authority', () => {
    expect(judge(`${line('ada2', one)}\n@revoked ${line('*', one)}\n`, 'ada2', 22, one)).toMatchObject({
      kind: 'revoked',
      by: { line: 2 },
    });
    expect(judge(`@cert-authority ${line('*.lan', two)}`, 'a.lan', 22, one)).toEqual({ kind: 'unknown', certificateAuthority: true });
  });

  it('survives any text, and finds what it wrote itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(judge(text, 'ada2', 22, one).kind).toBe('unknown');
      }),
    );
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65535 }), fc.uint8Array({ minLength: 20, maxLength: 20 }), (host, port, salt) => {
        for (const entry of [
          knownHostEntry(knownHostName(host, port), one),
          knownHostEntry(knownHostName(host, port), one, Buffer.from(salt)),
        ]) {
          expect(judge(entry, host, port, one).kind).toBe('known');
          expect(judge(entry, host, port, two).kind).toBe('changed');
        }
      }),
    );
  });

  it('appends for the owner only, after a missing last newline', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ada-known-'));
    const file = join(folder, 'ssh', 'known_hosts');
    await appendLine(file, 'first\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, 'no newline');
    await appendLine(file, 'second\n');
    expect(readFileSync(file, 'utf8')).toBe('no newline\nsecond\n');
    rmSync(folder, { recursive: true });
  });

  it('fails closed when a file cannot be read, and offers known kinds first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ada-known-'));
    const file = join(folder, 'known');
    writeFileSync(file, line('ada2', rsa, 'ssh-rsa'));
    const open = async (path: string) =>
      await openHostKeyCheck({
        hostName: 'ada2',
        port: 22,
        names: knownHostName('ada2', 22),
        policy: {
          files: [path],
          writeTo: path,
          revokedKeyFiles: [],
          refuseUnknown: false,
          hashNames: false,
          checkAddress: false,
          hasCommand: false,
          algorithms: null,
        },
        promptUser: async () => ({ kind: 'cancel' }),
        signal: new AbortController().signal,
        accepted: new Set(),
        onUnwritable: () => {},
      });
    expect((await open(file)).algorithms.slice(0, 4)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519', 'ecdsa-sha2-nistp256']);
    expect((await open(file)).algorithms).not.toContain('ssh-rsa');
    expect(await open(folder).catch((thrown: unknown) => toPanelError(thrown).code)).toBe('known-hosts-unreadable');
    rmSync(folder, { recursive: true });
  });
});
