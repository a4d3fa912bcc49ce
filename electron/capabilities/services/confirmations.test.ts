import { describe, expect, it } from 'vitest';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import type { Consequences } from '../../../shared/capabilities/services/contract.ts';
import { createConfirm } from '../../app/confirm.ts';
import { serviceConfirmations } from './confirmations.ts';
import { describeLostJobs } from './text.ts';

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
const STOP = { unit: 'invokeai.service', verb: 'stop' } as const;
const CONSEQUENCES: Consequences = {
  ...STOP,
  hostLabel: 'ada2',
  alsoStops: [],
  heldVramMiB: null,
  sentences: ['Running jobs will be lost.'],
  needsConfirmation: true,
};

/** One host that is changed, or removed, while it is queried for what the dialog says. */
function whileConfirming(later: HostProfile | null) {
  let now: HostProfile | null = profile('192.0.2.1');
  const host = { profile: profile('192.0.2.1'), currentProfile: () => now };
  const services = {
    consequences: async () => {
      now = later;
      return CONSEQUENCES;
    },
  };
  const questions: string[] = [];
  const confirm = createConfirm(async ({ question, facts }) => questions.push([question, ...facts].join('\n')) > 0);
  const confirmations = serviceConfirmations();
  return {
    act: () => confirmations['services.act']?.(services, STOP, host),
    confirm,
    questions,
  };
}

describe('the confirmation of a service call', () => {
  it.each([
    ['has another address', profile('192.0.2.2')],
    ['was removed', null],
  ])('is outdated when the host %s meanwhile', async (_what, later) => {
    const panel = whileConfirming(later);
    const confirmation = await panel.act();
    if (confirmation === null || confirmation === undefined) throw new Error('not confirmed at all');
    await expect(panel.confirm(confirmation)).rejects.toMatchObject({ panelError: { code: 'confirmation-outdated' } });
    expect(panel.questions).toEqual([]);
  });

  it('names the address of the host, which its label does not prove', async () => {
    const panel = whileConfirming(profile('192.0.2.1'));
    const confirmation = await panel.act();
    if (confirmation === null || confirmation === undefined) throw new Error('not confirmed at all');
    await panel.confirm(confirmation);
    expect(panel.questions).toEqual([expect.stringContaining('Host: me@192.0.2.1:22')]);
  });
});

describe('the jobs that a stop would lose', () => {
  it.each([
    [null, 'Its queue is unknown. Running jobs will be lost.'],
    [{ running: 0, waiting: 0, areWaitingKept: true }, 'No job is running or waiting.'],
    [
      { running: 1, waiting: 3, areWaitingKept: true },
      '1 job is running, 3 are waiting. Running jobs will be lost; waiting jobs stay in the queue.',
    ],
    [{ running: 0, waiting: 1, areWaitingKept: true }, '0 jobs are running, 1 is waiting. Waiting jobs stay in the queue.'],
    [{ running: 1, waiting: 0, areWaitingKept: false }, '1 job is running, 0 are waiting. All of them will be lost.'],
  ])('are counted as the queue reported them: %j', (jobs, sentence) => expect(describeLostJobs(jobs)).toBe(sentence));
});
