import { expect, it } from 'vitest';
import type { ParameterValues, Recipe } from '../recipe.ts';
import { standingOf } from '../standing.ts';
import { createHostInMemory, type HostInMemory } from '../testing/host-in-memory.ts';
import { COMFYUI } from './comfyui.ts';
import { IMAGES_SHIM } from './images-shim.ts';
import { INVOKEAI } from './invokeai.ts';

const planOf = (host: HostInMemory, recipes: readonly Recipe[], values: ParameterValues = {}) =>
  host.plan(recipes, { 'images-shim': values });
const blockedSteps = async (...o: Parameters<typeof planOf>) =>
  (await planOf(...o)).plan.steps.flatMap(({ id, verdict }) => (verdict.state === 'blocked' ? [`${id}: ${verdict.reason}`] : []));
const UNIT_MISSING = 'images-shim/backend: InvokeAI is not installed: the host has no unit invokeai.service.';

it('is not installed where its backend is missing', async () => {
  const host = createHostInMemory();
  expect(await blockedSteps(host, [IMAGES_SHIM])).toEqual([UNIT_MISSING]);
  await host.apply([INVOKEAI]);
  expect(await blockedSteps(host, [IMAGES_SHIM])).toEqual([]);
  expect(await blockedSteps(host, [IMAGES_SHIM], { backend: 'comfyui' })).toEqual([
    'images-shim/backend: ComfyUI is not installed: the host has no unit comfyui.service.',
  ]);
});

it('comes with its backend in one plan, behind it', async () => {
  const host = createHostInMemory();
  expect(await blockedSteps(host, [INVOKEAI, IMAGES_SHIM])).toEqual([]);
  expect(await blockedSteps(host, [COMFYUI, IMAGES_SHIM])).toEqual([]);
  expect(await blockedSteps(host, [IMAGES_SHIM, INVOKEAI])).toEqual([UNIT_MISSING]);
  expect(await blockedSteps(host, [COMFYUI, IMAGES_SHIM], { backend: 'invokeai' })).toEqual([UNIT_MISSING]);
});

it('counts as not installed on a bare host, which is no fault of it, and as blocked where it is there without its backend', async () => {
  const host = createHostInMemory();
  const standing = async () => standingOf(IMAGES_SHIM, await planOf(host, [IMAGES_SHIM]), 0);
  expect(await standing()).toMatchObject({ state: 'not-installed', reason: expect.stringContaining('InvokeAI is not installed') });
  await host.apply([INVOKEAI, IMAGES_SHIM]);
  expect(await standing()).toMatchObject({ state: 'up-to-date', reason: null });
  host.entries.delete('/etc/systemd/system/invokeai.service');
  host.units.delete('invokeai.service');
  expect(await standing()).toMatchObject({ state: 'blocked', reason: expect.stringContaining('no unit invokeai.service') });
});
