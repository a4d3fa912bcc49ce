import { describe, expect, it } from 'vitest';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { createConfirm } from '../../app/confirm.ts';
import { parseAnswers } from '../../foundation/host-reader/answers.ts';
import { setupConfirmations } from './confirmations.ts';
import { planSteps } from './engine/plan.ts';
import { NO_GATEWAY } from './gateway-of-host.ts';
import { readHostFacts } from './host-facts.ts';
import type { MadePlan } from './planner.ts';
import { LEAST_PRIVILEGE } from './recipes/least-privilege.ts';

const profile = (hostName: string): HostProfile => ({
  id: 'ada2',
  kind: 'ssh',
  label: 'ada2',
  hostName,
  port: 22,
  user: 'me',
  identityFiles: [],
  useAgent: false,
});

/** The plan of a rule for one service, on a host that has none. */
function planOfRule(): MadePlan {
  const known = parseAnswers('\u001eos ok\nLOGIN=me\n\u001esudo ok\n1000\nSudo version 1.9.15p5\n');
  const values = { units: 'debug-shell.service', journal: 'no' };
  const facts = readHostFacts(known);
  const shipped = { imagesShim: () => '', imagesShimUnit: () => '' };
  const steps = LEAST_PRIVILEGE.steps({ values, facts, shipped, answers: known, together: ['least-privilege'], gateway: NO_GATEWAY });
  const answers = parseAnswers('\u001efile /etc/sudoers.d/ada-panel 262144 absent\n');
  const placed = steps.map((step) => ({ id: `least-privilege/${step.id}`, recipe: 'least-privilege', step }));
  const plan = planSteps({ steps: placed, guards: [], answers, probes: new Map() });
  return { plan, chosen: [{ recipe: LEAST_PRIVILEGE, values }], facts, known, answers, hostCommands: 2, elapsedMs: 1, asRoot: true };
}

/** A host that is changed, or removed, while the dialog is open. */
async function confirmedWhile(later: HostProfile | null, takeOver = false) {
  let now: HostProfile | null = profile('192.0.2.1');
  const made = planOfRule();
  const setup = {
    planned: (id: string) => (id === made.plan.id ? made : null),
    holder: () => 'anna on laptop',
    state: () => ({ recipes: [], run: null, error: null, reportSavedAt: null }),
  };
  const questions: string[] = [];
  const confirm = createConfirm(async ({ question, facts }) => {
    now = later;
    return questions.push([question, ...facts].join('\n')) > 0;
  });
  const host = { profile: profile('192.0.2.1'), currentProfile: () => now };
  const confirmation = await setupConfirmations()['setup.apply']?.(setup, { planId: made.plan.id, takeOver }, host);
  if (confirmation === null || confirmation === undefined) throw new Error('not confirmed at all');
  return { outcome: confirm(confirmation), questions };
}

describe('the confirmation of a plan', () => {
  it.each([
    ['has another address', profile('192.0.2.2')],
    ['was removed', null],
  ])('is outdated when the host %s meanwhile', async (_what, later) => {
    const { outcome } = await confirmedWhile(later);
    await expect(outcome).rejects.toMatchObject({ panelError: { code: 'confirmation-outdated' } });
  });

  it('names the address of the host and what a sudo rule allows, which its title does not', async () => {
    const { outcome, questions } = await confirmedWhile(profile('192.0.2.1'));
    await outcome;
    expect(questions).toEqual([expect.stringContaining('Set up Least privilege on ada2?')]);
    expect(questions[0]).toContain('Host: me@192.0.2.1:22');
    expect(questions[0]).not.toContain('Takes over');
    expect(questions[0]).toMatch(/Allows me to start, .* as root without a password: debug-shell\.service\./);
  });

  it('names whose setup is taken over', async () => {
    const { outcome, questions } = await confirmedWhile(profile('192.0.2.1'), true);
    await outcome;
    expect(questions[0]).toContain('Takes over from anna on laptop, which stops.');
  });
});
