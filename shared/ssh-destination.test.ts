import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostProfile } from './capabilities/hosts/contract.ts';
import { parseDestination, profileOfDestination } from './ssh-destination.ts';

describe('parseDestination', () => {
  it('reads what ssh reads', () => {
    expect(parseDestination('ops@ada2')).toEqual({ user: 'ops', hostName: 'ada2', port: 22 });
    expect(parseDestination(' ssh ops@ada2.lan:2222 ')).toEqual({ user: 'ops', hostName: 'ada2.lan', port: 2222 });
    expect(parseDestination('ssh://ops@10.0.0.7:22/')).toEqual({ user: 'ops', hostName: '10.0.0.7', port: 22 });
    expect(parseDestination('ops@[fe80::1%eth0]:2200')).toEqual({ user: 'ops', hostName: 'fe80::1%eth0', port: 2200 });
    expect(parseDestination('ops@fe80::1')).toEqual({ user: 'ops', hostName: 'fe80::1', port: 22 });
    expect(parseDestination('a@b@ada2')).toEqual({ user: 'a@b', hostName: 'ada2', port: 22 });
  });

  it('refuses the rest', () => {
    for (const bad of [
      '',
      'ada2',
      '@ada2',
      'ops@',
      'ops@ada2:0',
      'ops@ada2:70000',
      'ops@ada2:x',
      'ops@a b',
      'o ps@ada2',
      'ops@$(reboot)',
      'ops@ada2;ls',
    ]) {
      expect(parseDestination(bad), bad).toBeNull();
    }
  });

  it('gives only profiles the contract takes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (user, place) => {
        const destination = parseDestination(`${user}@${place}`);
        if (destination !== null) HostProfile.parse(profileOfDestination(destination, []));
      }),
    );
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65535 }), (hostName, port) => {
        expect(parseDestination(`ops@${hostName}:${port}`)).toEqual({ user: 'ops', hostName, port });
      }),
    );
  });
});
