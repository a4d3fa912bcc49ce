import { describe, expect, it } from 'vitest';
import { createRuntimeConsent, isOutdatedElectron, OLDEST_SUPPORTED_ELECTRON } from './runtime-consent.ts';

describe('consent to an outdated Electron', () => {
  it('takes an unknown version for an outdated one', () => {
    expect(isOutdatedElectron('33.2.1')).toBe(true);
    expect(isOutdatedElectron('unknown')).toBe(true);
    expect(isOutdatedElectron('')).toBe(true);
    expect(isOutdatedElectron(`${OLDEST_SUPPORTED_ELECTRON}.0.0`)).toBe(false);
  });

  it('asks nothing on a supported Electron', async () => {
    let questions = 0;
    const consent = createRuntimeConsent({ electron: '45.4.1', isConfirmed: false, confirm: async () => ++questions > 0 });
    await consent();
    expect(questions).toBe(0);
  });

  it('asks once a start, also for two hosts at the same time', async () => {
    let questions = 0;
    const consent = createRuntimeConsent({ electron: '33.2.1', isConfirmed: false, confirm: async () => ++questions > 0 });
    await Promise.all([consent(), consent()]);
    await consent();
    expect(questions).toBe(1);
  });

  it('refuses when the operator declines, and asks again at the next try', async () => {
    const answers = [false, true];
    const consent = createRuntimeConsent({ electron: '33.2.1', isConfirmed: false, confirm: async () => answers.shift() ?? false });
    await expect(consent()).rejects.toMatchObject({ panelError: { code: 'runtime-not-confirmed', layer: 'panel' } });
    await consent();
    expect(answers).toEqual([]);
  });
});
