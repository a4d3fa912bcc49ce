import { describe, expect, it } from 'vitest';
import type { Recipe } from './recipe.ts';
import { COMFYUI } from './recipes/comfyui.ts';
import { GATEWAY } from './recipes/gateway.ts';
import { IMAGES_SHIM } from './recipes/images-shim.ts';
import { INVOKEAI } from './recipes/invokeai.ts';
import { NETWORK } from './recipes/network.ts';
import { PRESET } from './recipes/preset.ts';
import { RETIRE_NEXA } from './recipes/retire-nexa.ts';
import { SWITCH } from './recipes/switch.ts';
import { standingOf } from './standing.ts';
import { createHostInMemory, type HostInMemory } from './testing/host-in-memory.ts';

const standing = async (host: HostInMemory, recipe: Recipe) => standingOf(recipe, await host.plan([recipe]), 0);
const optional = { state: 'not-installed' };
const elsewhere = (reason: string) => ({ state: 'elsewhere', reason: expect.stringContaining(reason) });

describe('a recipe that nobody needs on this host', () => {
  it('is no fault of a bare host', async () => {
    const host = createHostInMemory();
    expect(await standing(host, INVOKEAI)).toMatchObject({ state: 'not-installed' });
    expect(await standing(host, COMFYUI)).toMatchObject(optional);
    expect(await standing(host, NETWORK)).toMatchObject(optional);
    expect(await standing(host, PRESET)).toMatchObject({ ...optional, reason: expect.stringContaining('InvokeAI is not installed') });
    expect(await standing(host, GATEWAY)).toMatchObject(elsewhere('not installed on this host'));
    expect(await standing(host, SWITCH)).toMatchObject(elsewhere('Neither InvokeAI nor ComfyUI'));
    expect(await standing(host, RETIRE_NEXA)).toMatchObject(elsewhere('on a Mac'));
  });

  it('is no fault of a host with one backend, and counts once it is chosen', async () => {
    const host = createHostInMemory();
    await host.apply([INVOKEAI, IMAGES_SHIM]);
    expect(await standing(host, SWITCH)).toMatchObject(elsewhere('Only InvokeAI is installed'));
    expect(await standing(host, PRESET)).toMatchObject(optional);
    await host.apply([PRESET]);
    expect(await standing(host, PRESET)).toMatchObject({ state: 'up-to-date' });
    host.edit('/var/lib/invokeai/invokeai.yaml', (text) => text.replace(/device_working_mem_gb: \d/, 'device_working_mem_gb: 1'));
    expect(await standing(host, PRESET)).toMatchObject({ state: 'changes' });
    await host.apply([COMFYUI]);
    expect(await standing(host, SWITCH)).toMatchObject({ state: 'changes' });
  });

  it('is blocked where the gateway is there and its address is not set', async () => {
    const host = createHostInMemory();
    host.write('/var/lib/gateway/app/.env', 'A=1\n');
    expect(await standing(host, GATEWAY)).toMatchObject({ state: 'blocked', reason: expect.stringContaining('no unit gateway.service') });
  });
});
