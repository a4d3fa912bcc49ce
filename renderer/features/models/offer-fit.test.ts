import { describe, expect, it } from 'vitest';
import type { HubModel, HubOffer } from '../../../shared/capabilities/models/hub-contract.ts';
import { bytesWith, NO_NEEDS } from './needs.ts';
import { chosenOffer, fitOf, isAllowed } from './offer-fit.ts';

const GIB = 1024 ** 3;
const offer = (change: Partial<HubOffer>): HubOffer => ({
  source: 'a/b',
  kind: 'repository',
  label: null,
  files: [],
  bytes: 7 * GIB,
  largestPartBytes: 5 * GIB,
  isPickle: false,
  ...change,
});
const room = { freeBytes: 100 * GIB, vramMiB: 24 * 1024, needs: NO_NEEDS };

describe('whether an offer fits', () => {
  it('disk and VRAM', () => {
    expect(fitOf(offer({}), room)).toEqual({ obstacle: null, warning: null });
    // A reserve of 1 GiB stays free.
    expect(fitOf(offer({}), { ...room, freeBytes: 5 * GIB }).obstacle).toBe('Needs 3.0 GiB more disk space (5.0 GiB free)');
    expect(fitOf(offer({ largestPartBytes: 60 * GIB }), room).obstacle).toMatch(
      /^Too large for this GPU: one part is 60\.0 GiB, VRAM is 24\.0 GiB/,
    );
    // In half precision it may fit.
    expect(fitOf(offer({ largestPartBytes: 40 * GIB }), room)).toMatchObject({
      obstacle: null,
      warning: expect.stringContaining('may run out of VRAM'),
    });
    expect(fitOf(offer({ isPickle: true }), room).warning).toMatch(/can run code/);
  });

  it('disk, with what it needs before it', () => {
    const needs = { sources: ['a/encoder', 'a/vae'], bytes: 5 * GIB };
    expect(bytesWith(needs, offer({}))).toBe(12 * GIB);
    expect(fitOf(offer({}), { ...room, needs, freeBytes: 10 * GIB }).obstacle).toBe('Needs 3.0 GiB more disk space (10.0 GiB free)');
    expect(fitOf(offer({}), { ...room, needs: { ...needs, bytes: null }, freeBytes: 5 * GIB }).obstacle).toMatch(/^Needs 3\.0 GiB/);
    expect(bytesWith({ ...needs, bytes: null }, offer({}))).toBeNull();
    expect(bytesWith(needs, offer({ bytes: null }))).toBeNull();
  });

  it('nothing is held against it where sizes are unknown', () => {
    expect(fitOf(offer({ bytes: null, largestPartBytes: null }), room)).toEqual({ obstacle: null, warning: null });
    expect(fitOf(offer({}), { freeBytes: null, vramMiB: null, needs: NO_NEEDS })).toEqual({ obstacle: null, warning: null });
  });

  it('the named one is chosen, else the first that fits', () => {
    const [large, small] = [offer({ source: 'large' }), offer({ source: 'small' })];
    const fits = ({ source }: HubOffer): boolean => source === 'small';
    expect(chosenOffer([large, small], 'large', fits)).toBe(large);
    expect(chosenOffer([large, small], null, fits)).toBe(small);
    expect(chosenOffer([large], 'gone', fits)).toBe(large);
    expect(chosenOffer([], null, fits)).toBeNull();
  });
});

describe('whether InvokeAI may fetch it', () => {
  const model: HubModel = {
    ...{ id: 'a/b', pipeline: null, library: null, base: null, type: null, downloads: null, likes: null, updatedAt: null, licence: null },
    gated: 'automatic',
    isPrivate: false,
  };
  it.each([
    ['no', undefined, false, true],
    ['automatic', 'invalid', false, false],
    ['automatic', undefined, false, false],
    ['automatic', 'valid', false, true],
    ['manual', 'unknown', false, true],
    ['manual', 'invalid', true, true],
    ['unknown', 'invalid', false, false],
  ] as const)('gated: %s, login: %s, token typed: %s → %s', (gated, login, hasToken, expected) => {
    expect(isAllowed({ model: { ...model, gated } }, login, hasToken)).toBe(expected);
  });
});
