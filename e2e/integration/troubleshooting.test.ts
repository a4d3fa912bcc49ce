import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RULES } from '../../electron/capabilities/troubleshooting/rules/index.ts';
import type { TroubleshootingAnswer } from '../../shared/capabilities/troubleshooting/contract.ts';
import { SYMPTOM_IDS, type SymptomId } from '../../shared/capabilities/troubleshooting/symptoms.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';
import { type Broken, LAB_ROWS, REAL_ROWS } from './troubleshooting-faults.ts';

const SHIM = 'invokeai-openai-images-shim.service';
const NOW = { at: null, error: null } as const;
const ruleIds = ({ causes }: TroubleshootingAnswer): readonly string[] => causes.map(({ rule }) => rule);

/** The answer that names the rule, once what was repaired before it responds again. */
const naming = (
  panel: PanelUnderTest,
  symptom: SymptomId,
  rule: string,
  o: { readonly isFirst: boolean },
): Promise<TroubleshootingAnswer> =>
  until(
    async () => {
      const answer = await panel.troubleshooting.find(symptom, NOW);
      return (o.isFirst ? ruleIds(answer)[0] === rule : ruleIds(answer).includes(rule)) ? answer : null;
    },
    `${rule} for ${symptom}`,
    40_000,
  );

/** Breaks the lab, and returns what repairs it. */
async function breakLab({ lab, change }: HostUnderTest, broken: Broken): Promise<() => Promise<void> | void> {
  if (lab === null) throw new Error('only the lab is broken so');
  switch (broken.kind) {
    case 'fault':
      lab.break(broken.fault);
      return () => lab.repair(broken.fault);
    case 'stopped':
      await change(broken.unit, 'stop');
      return () => change(broken.unit, 'start');
    case 'log': {
      const unit = lab.simulation.units.units.get(broken.unit);
      if (unit === undefined) throw new Error(`the lab has no ${broken.unit}`);
      for (const line of broken.lines) lab.simulation.units.print(unit, line);
      return () => {};
    }
    case 'kernel':
      lab.simulation.kernel(broken.line, 3);
      return () => {};
  }
}

describe('the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    host = await openHost('lab');
    panel = openPanel(host);
    await online(panel);
    await until(() => panel.gateway.state().phase.kind === 'live', 'the gateway');
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  it('has nothing that is certainly wrong while it is whole', async () => {
    for (const symptom of SYMPTOM_IDS) {
      const { causes, ruledOut } = await panel.troubleshooting.find(symptom, NOW);
      // One of the images that the lab's clients generate may run out of VRAM.
      expect(causes.filter(({ rule, isCertain }) => isCertain && rule !== 'cuda-out-of-memory')).toEqual([]);
      expect(ruledOut.length).toBeGreaterThan(1);
    }
  });

  it.each(LAB_ROWS.map((row) => [row.rule, row] as const))('%s is found', async (_rule, { rule, symptom, broken, isNotFirst = false }) => {
    const repair = await breakLab(host, broken);
    try {
      // The gateway learns of a link that is gone with its next check, and the lab's journal of a line at once.
      const answer = await until(
        async () => {
          const found = await panel.troubleshooting.find(symptom, NOW);
          return ruleIds(found).includes(rule) ? found : null;
        },
        `${rule} for ${symptom}`,
        40_000,
      );
      if (!isNotFirst) expect(ruleIds(answer)[0]).toBe(rule);
      expect(answer.causes.find((one) => one.rule === rule)?.proof.length).toBeGreaterThan(0);
    } finally {
      await repair();
      void panel.gateway.refresh();
    }
  });

  it('has rows of rules that exist', () => {
    const ids = new Set(RULES.map(({ id }) => id));
    expect([...LAB_ROWS, ...REAL_ROWS].map(({ rule }) => rule).filter((rule) => !ids.has(rule))).toEqual([]);
  });
});

describe.skipIf(!HOSTS.includes('real'))('a real host', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    host = await openHost('real');
    panel = openPanel(host);
    await online(panel);
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  it.each(REAL_ROWS.map((row) => [row.rule, row] as const))('%s is found', async (rule, { symptom, broken, isNotFirst = false }) => {
    if (typeof broken === 'string') await host.break(broken);
    else await host.change(broken.unit, 'stop');
    try {
      const answer = await naming(panel, symptom, rule, { isFirst: !isNotFirst });
      expect(answer.unknown.filter(({ fact }) => /did not answer|rule failed/.test(fact))).toEqual([]);
    } finally {
      if (typeof broken === 'string') await host.repair(broken);
      // A stop of InvokeAI takes the shim along.
      else for (const unit of new Set([broken.unit, SHIM])) await host.change(unit, 'start');
    }
  });

  it('says that the login may not read the logs, and finds a stopped unit all the same', async () => {
    const user = await host.withoutJournal();
    const stranger = openPanel(host, user === null ? {} : { user });
    try {
      await online(stranger);
      await host.change('nginx.service', 'stop');
      const answer = await naming(stranger, 'gateway-503', 'nginx-stopped', { isFirst: false });
      expect(answer.unknown.map(({ fact }) => fact)).toContain('the login may not read the logs');
    } finally {
      await host.change('nginx.service', 'start');
      stranger.dispose();
    }
  });
});
