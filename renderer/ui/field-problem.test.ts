import { describe, expect, it } from 'vitest';
import { CheckpointUrl } from '../../shared/capabilities/comfyui/contract.ts';
import { GatewayProfile } from '../../shared/capabilities/gateway/contract.ts';
import { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { HfToken } from '../../shared/capabilities/models/contract.ts';
import { BackendAddress } from '../../shared/capabilities/settings/contract.ts';
import { formatCount } from '../../shared/format.ts';
import { AccessToken } from '../../shared/identifiers.ts';
import { fieldProblem, fieldProblems } from './field-problem.ts';

describe('a field', () => {
  it('is told the contract’s own limit, with what was entered', () => {
    expect(fieldProblem(AccessToken, 'x'.repeat(5_000))).toBe(`At most ${formatCount(4_096)} characters (${formatCount(5_000)} entered)`);
    expect(fieldProblem(CheckpointUrl, `https://h/${'x'.repeat(4_000)}`, 'It begins with https://')).toMatch(/^At most 4.000 characters/);
    expect(fieldProblem(HfToken, 'hf')).toBe('At least 4 characters');
    expect(fieldProblem(AccessToken, 'tökén')).toBe('Use ASCII letters, digits and symbols only.');
    expect(fieldProblem(AccessToken, ' eyJ0.e_-~+/abc== ')).toBeUndefined();
  });

  it.each(['http://10.0.0.300:9090', 'http://host:99999', 'http://[::::]:9090'])('takes %s for no address', (url) => {
    expect(fieldProblem(BackendAddress.shape.url, url, 'Write it like …')).toBe('Write it like …');
    const profile = { address: url, via: { kind: 'direct' }, observabilityPort: 8801, imagesClass: 'x'.repeat(101) };
    expect(fieldProblems(GatewayProfile, profile, { address: 'Use …' })).toEqual({
      address: 'Use …',
      imagesClass: 'At most 100 characters (101 entered)',
    });
    expect(fieldProblem(CheckpointUrl, `${url.replace('http:', 'https:')}/a.safetensors`, 'An address …')).toBe('An address …');
  });

  it('of a list names the limit of its entry', () => {
    const host = { id: 'a', kind: 'ssh', label: 'a', hostName: 'a', port: 22, user: 'a', useAgent: true };
    const shapes = { identityFiles: 'At most 10 key files.' };
    expect(fieldProblems(HostProfile, { ...host, identityFiles: ['k'.repeat(4_097)] }, shapes)).toEqual({
      identityFiles: `At most ${formatCount(4_096)} characters (${formatCount(4_097)} entered)`,
    });
    expect(fieldProblems(HostProfile, { ...host, identityFiles: Array(11).fill('k') }, shapes)).toEqual(shapes);
    expect(fieldProblems(HostProfile, { ...host, identityFiles: [] }, shapes)).toEqual({});
  });
});
