import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROUTE_IDS, type RouteState } from '../../../shared/capabilities/images/contract.ts';
import { defaultRoute } from './default-route.ts';

const route = (name: RouteState['route'], isReady: boolean): RouteState => ({
  route: name,
  isSetUp: true,
  isReady,
  message: '',
  models: [],
  schedulers: null,
  maxPixels: null,
});

describe('the route when none was selected', () => {
  const none = { ...route('gateway', false), isSetUp: false };

  it('is a gateway that is set up, ready or not, and as long as nothing is known', () => {
    expect(defaultRoute([route('gateway', true), route('shim', true)], null)).toBe('gateway');
    expect(defaultRoute([route('gateway', false), route('shim', true), route('backend', true)], 'gateway')).toBe('gateway');
    expect(defaultRoute([], null)).toBe('gateway');
  });

  it('is without a gateway the first that was ready, and stays that when it no longer is', () => {
    expect(defaultRoute([none, route('shim', false), route('backend', true)], null)).toBe('backend');
    expect(defaultRoute([none, route('shim', true), route('backend', false)], 'backend')).toBe('backend');
    expect(defaultRoute([none, route('shim', false), route('backend', false)], null)).toBe('shim');
  });

  it('is never a gateway that nobody set up, also when nothing is ready', () => {
    const ready = fc.boolean();
    fc.assert(
      fc.property(ready, ready, fc.option(fc.constantFrom(...ROUTE_IDS)), (shim, backend, before) => {
        expect(defaultRoute([none, route('shim', shim), route('backend', backend)], before)).not.toBe('gateway');
      }),
    );
  });
});
