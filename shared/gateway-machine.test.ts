import { expect, it } from 'vitest';
import { gatewayMachineOf } from './gateway-machine.ts';

const hosts = [
  { id: 'h1', hostName: 'ada2' },
  { id: 'h2', hostName: 'AI2' },
];

it('finds the gateway’s own machine among the hosts', () => {
  expect(gatewayMachineOf({ address: 'https://ai2:8800', via: { kind: 'direct' } }, hosts)).toBe('h2');
  expect(gatewayMachineOf({ address: 'https://ai2:8800', via: { kind: 'ssh', hostId: 'h1' } }, hosts)).toBe('h2');
  expect(gatewayMachineOf({ address: 'https://127.0.0.1:8800', via: { kind: 'ssh', hostId: 'h1' } }, hosts)).toBe('h1');
  expect(gatewayMachineOf({ address: 'https://other:8800', via: { kind: 'direct' } }, hosts)).toBeNull();
});
