import { describe, expect, it } from 'vitest';
import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { Consequences, SudoersPlan } from '../../shared/capabilities/services/contract.ts';
import { NO_GATEWAY } from '../../shared/nothing-yet.ts';
import { createConfirm } from './confirm.ts';
import { type ConfirmedSession, createConfirmations } from './confirmations.ts';

const profile = (id: string, hostName: string): HostProfile => ({
  id,
  kind: 'ssh',
  label: 'ada2',
  hostName,
  port: 22,
  user: 'me',
  identityFiles: [],
  useAgent: false,
});
const PLAN: SudoersPlan = {
  path: '/etc/sudoers.d/ada-panel',
  text: 'rule',
  installed: 'absent',
  present: null,
  explanation: ['Allows me.'],
};
const STOP = { unit: 'invokeai.service', verb: 'stop' } as const;
const CONSEQUENCES: Consequences = {
  ...STOP,
  hostLabel: 'ada2',
  alsoStops: [],
  heldVramMiB: null,
  sentences: ['Running jobs will be lost.'],
  needsConfirmation: true,
};

/** Two hosts; the page switches from the first to the second, or changes it, while the host is asked for what the dialog says. */
function whileAsked(other: HostProfile) {
  const sessionOf = (shown: HostProfile): ConfirmedSession => ({
    profile: shown,
    services: {
      consequences: async () => {
        now = sessionOf(other);
        return CONSEQUENCES;
      },
      sudoersPlan: async () => {
        now = sessionOf(other);
        return PLAN;
      },
    },
    gateway: { state: () => NO_GATEWAY },
  });
  let now = sessionOf(profile('ada2', '192.0.2.1'));
  const confirmations = createConfirmations({ shown: () => now.profile, prompts: { open: () => [] }, session: () => now });
  const questions: string[] = [];
  const confirm = createConfirm(async ({ question, facts }) => questions.push([question, ...facts].join('\n')) > 0);
  return { confirmations, confirm, questions };
}

describe('the confirmation of a call', () => {
  it.each([
    ['another host is shown', profile('ada3', '192.0.2.2')],
    ['the host has another address', profile('ada2', '192.0.2.2')],
  ])('is for the host whose answers it shows: outdated when %s meanwhile', async (_what, other) => {
    const calls = [
      ({ confirmations }: ReturnType<typeof whileAsked>) => confirmations['services.act']?.(STOP),
      ({ confirmations }: ReturnType<typeof whileAsked>) => confirmations['services.installSudoers']?.({ text: PLAN.text, replaces: null }),
    ];
    for (const call of calls) {
      const panel = whileAsked(other);
      const confirmation = await call(panel);
      if (confirmation === null || confirmation === undefined) throw new Error('not confirmed at all');
      await expect(panel.confirm(confirmation)).rejects.toMatchObject({ panelError: { code: 'confirmation-outdated' } });
      expect(panel.questions).toEqual([]);
    }
  });

  it('names the address of the host, which its label does not prove', async () => {
    const { confirmations, confirm, questions } = whileAsked(profile('ada2', '192.0.2.1'));
    const confirmation = await confirmations['services.act']?.(STOP);
    if (confirmation === null || confirmation === undefined) throw new Error('not confirmed at all');
    await confirm(confirmation);
    expect(questions).toEqual([expect.stringContaining('Host: me@192.0.2.1:22')]);
  });
});
