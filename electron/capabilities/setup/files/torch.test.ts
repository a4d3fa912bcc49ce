import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseTorch, compareVersions } from './torch.ts';

const gpu = (name: string, computeCapability: string | null = null) => ({ name, computeCapability });
const ADA = gpu('NVIDIA RTX 6000 Ada Generation', '8.9');
const choose = (driverVersion: string | null, ...gpus: ReturnType<typeof gpu>[]) => chooseTorch({ driverVersion, gpus, mayUseCpu: false });

describe('chooseTorch', () => {
  it.each([
    ['580.126.09', ADA, 'cu128'],
    ['570.26', ADA, 'cu128'],
    ['570.25', ADA, 'cu126'],
    ['560.28.03', ADA, 'cu126'],
    ['535.104.12', ADA, 'cu126'],
    ['580.1', gpu('Tesla V100-SXM2-16GB', '7.0'), 'cu126'],
    ['580.1', gpu('Tesla V100-SXM2-16GB'), 'cu126'],
    ['580.1', gpu('NVIDIA GeForce RTX 5060 Ti'), 'cu128'],
    ['580.1', gpu('NVIDIA GeForce RTX 2080 SUPER'), 'cu128'],
    ['580.1', gpu('NVIDIA of tomorrow'), 'cu128'],
  ])('driver %s with %o takes %s', (driver, card, index) => {
    expect(choose(driver, card)).toMatchObject({ index });
  });

  it.each([
    [null, ADA, 'The NVIDIA driver is not running.'],
    ['470.57', ADA, 'Driver 470.57 is too old for CUDA 12; 525.60.13 is the oldest that supports it.'],
    [
      '560.28.03',
      gpu('NVIDIA GeForce RTX 5060 Ti', '12.0'),
      'NVIDIA GeForce RTX 5060 Ti needs CUDA 12.8, which driver 560.28.03 does not support.',
    ],
    ['580.1', gpu('Tesla K80', '3.7'), 'Tesla K80 is too old for torch 2.7.'],
  ])('driver %s with %o is blocked, with a remedy', (driver, card, reason) => {
    expect(choose(driver, card)).toMatchObject({ blocked: true, reason, remedy: expect.stringMatching(/\.$/) });
  });

  it('lets the oldest of several GPUs decide, and refuses two that no build supports', () => {
    expect(choose('580.1', ADA, gpu('Tesla V100', '7.0'))).toMatchObject({ index: 'cu126' });
    expect(choose('580.1', gpu('NVIDIA RTX PRO 6000', '12.0'), gpu('Tesla V100', '7.0'))).toMatchObject({ blocked: true });
  });

  it('takes the CPU only where that is allowed', () => {
    expect(chooseTorch({ driverVersion: null, gpus: [], mayUseCpu: true })).toMatchObject({ index: 'cpu' });
    expect(choose(null)).toMatchObject({ blocked: true, reason: 'No NVIDIA GPU was found.' });
    expect(choose('580.1')).toMatchObject({ blocked: true, reason: 'Driver 580.1 finds no NVIDIA GPU.' });
  });

  it('always answers, with a reason', () => {
    const anything = fc.record({
      driverVersion: fc.option(fc.oneof(fc.string(), fc.constantFrom('580.1', '535.1'))),
      gpus: fc.array(
        fc.record({ name: fc.string(), computeCapability: fc.option(fc.oneof(fc.string(), fc.constantFrom('8.9', '3.0', '12.0'))) }),
      ),
      mayUseCpu: fc.boolean(),
    });
    fc.assert(
      fc.property(anything, (host) => {
        expect(chooseTorch(host).reason).not.toBe('');
      }),
    );
  });
});

describe('compareVersions', () => {
  it('compares by number, part for part', () => {
    expect(['570.26', '570.133.20', '570.9', '560.28.03'].sort(compareVersions)).toEqual(['560.28.03', '570.9', '570.26', '570.133.20']);
    expect(compareVersions('570.26', '570.26.0')).toBe(0);
  });
});
