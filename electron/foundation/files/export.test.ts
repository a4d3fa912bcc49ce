import { expect, it } from 'vitest';
import { exportName } from './export.ts';

it('names an export after its host, whatever the host is called', () => {
  const at = Date.UTC(2026, 0, 31, 14, 2, 3);
  expect(exportName('checks', 'ada2', at, 'md')).toBe('checks-ada2-2026-01-31-14-02-03.md');
  expect(exportName('report', '../Büro: ada/2', at, 'pdf')).toBe('report-..-B-ro-ada-2-2026-01-31-14-02-03.pdf');
});
