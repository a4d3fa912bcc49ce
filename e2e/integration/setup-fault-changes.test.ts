import { describe, expect, it } from 'vitest';
import { whyNoRealHost } from '../host/image.ts';
import { useFaultHost } from './setup-fault-host.ts';
import { newPanelData } from './setup-fault-panel.ts';
import { EVERY_KIND, RESET, SNAPSHOT } from './setup-fault-recipes.ts';

describe.skipIf(whyNoRealHost() !== null)('a setup whose panel ends', () => {
  const { inside, leftovers, mortal } = useFaultHost();

  it('reaches the same state when the panel ends after each single change', async () => {
    await inside(RESET);
    const whole = mortal(EVERY_KIND);
    expect((await whole.apply()).error).toBeNull();
    expect(await whole.left()).toEqual([]);
    const wanted = await inside(SNAPSHOT);
    expect(wanted).toContain('administrator');
    await inside(RESET);
    const data = newPanelData();
    const start = mortal(EVERY_KIND, data);
    const plan = await start.setup.plan(['tried'], true);
    start.dieAfter(0);
    start.setup.apply(plan.id);
    await start.ended();
    let left = plan.changes;
    const lives: number[] = [];
    // Changes behind a guard are put back with it, so that a panel that makes no progress lives for one change more.
    for (let changes = 1; left > 0; ) {
      const life = mortal(EVERY_KIND, data);
      expect(life.setup.state().run?.state).toBe('interrupted');
      life.dieAfter(changes);
      const run = await life.resume();
      expect(run.error, `after ${life.sent.at(-1)}`).toBeNull();
      lives.push(changes);
      if (run.state === 'done') break;
      const now = (await mortal(EVERY_KIND, data).left()).length;
      changes = now < left ? 1 : changes + 1;
      left = Math.min(left, now);
      expect(changes).toBeLessThan(12);
    }
    const last = mortal(EVERY_KIND, data);
    if (last.setup.state().run?.state === 'interrupted') expect((await last.resume()).error).toBeNull();
    expect(last.setup.state().run?.state).toBe('done');
    expect(await last.left()).toEqual([]);
    expect(await inside(SNAPSHOT)).toBe(wanted);
    expect(await leftovers()).toBe('');
    expect(lives.length).toBeGreaterThan(15);
  });
});
