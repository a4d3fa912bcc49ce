import { expect, it } from 'vitest';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { gatewayOfHost } from './gateway-of-host.ts';

const HERE = { kind: 'ssh', hostId: 'gw' } as const;
const ELSEWHERE = { kind: 'ssh', hostId: 'ada2' } as const;
const DIRECT = { kind: 'direct' } as const;
type Via = typeof HERE | typeof ELSEWHERE | typeof DIRECT;

function found(address: string | null, via: Via = HERE, o: { readonly hasToken?: boolean; readonly hostName?: string } = {}) {
  const state: GatewayState = {
    hostId: 'gw',
    profile: address === null ? null : { address, via, observabilityPort: 8801, imagesClass: 'gpu_heavy' },
    trust: { kind: 'system' },
    hasToken: o.hasToken ?? true,
    phase: { kind: 'waiting' },
    reading: null,
  };
  const request = async () => {
    throw new Error('nothing is requested');
  };
  return gatewayOfHost({ state: () => state, request }, { hostId: 'gw', hostName: o.hostName ?? 'ai2.example.org' });
}

it.each([
  ['http://127.0.0.1:8800', HERE],
  ['https://localhost:8800', HERE],
  ['https://ai2:8800', HERE],
  ['https://AI2.example.org:8800', DIRECT],
  ['https://ai2:8800', ELSEWHERE],
] as const)('takes %s for the gateway of its host (%o)', (address, via) => {
  expect(found(address, via)).toMatchObject({ kind: 'usable', address });
});

it.each([
  ['http://127.0.0.1:8800', DIRECT],
  ['http://127.0.0.1:8800', ELSEWHERE],
  ['https://ai3:8800', HERE],
  ['https://ai2.example.com:8800', HERE],
  ['https://192.0.2.7:8800', DIRECT],
] as const)('does not take %s for it (%o), and names both', (address, via) => {
  const gateway = found(address, via);
  expect(gateway).toMatchObject({ kind: 'unusable' });
  expect(JSON.stringify(gateway)).toContain(address);
  expect(JSON.stringify(gateway)).toContain('ai2.example.org');
});

it('compares IP addresses as a whole', () => {
  expect(found('https://10.0.0.2:8800', DIRECT, { hostName: '10.0.0.2' }).kind).toBe('usable');
  expect(found('https://10:8800', DIRECT, { hostName: '10.0.0.2' }).kind).toBe('unusable');
});

it('names what is missing', () => {
  expect(found(null)).toMatchObject({ kind: 'unusable', reason: expect.stringContaining('set up this gateway') });
  expect(found('http://127.0.0.1:8800', HERE, { hasToken: false })).toMatchObject({ reason: expect.stringContaining('enter the token') });
});
