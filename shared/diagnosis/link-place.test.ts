import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { placeOfLink } from './link-place.ts';
import { LINKS } from './types.ts';

describe('placeOfLink', () => {
  it('leads from every link to a page of the window', () => {
    // The list of pages loads the whole window, which a unit test has not.
    const pages = readFileSync(new URL('../../renderer/pages.tsx', import.meta.url), 'utf8');
    for (const id of LINKS) expect(pages, id).toContain(`id: '${placeOfLink({ id, unit: null }).page}'`);
  });

  it('opens the unit of a service', () => {
    expect(placeOfLink({ id: 'shim', unit: 'shim.service' })).toEqual({ page: 'services', unit: 'shim.service' });
    expect(placeOfLink({ id: 'generator', unit: null })).toEqual({ page: 'services' });
    expect(placeOfLink({ id: 'gpu', unit: null })).toEqual({ page: 'gpu' });
  });
});
