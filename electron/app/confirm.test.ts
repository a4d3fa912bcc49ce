import { describe, expect, it } from 'vitest';
import type { Confirmation } from '../capabilities/confirmation.ts';
import { createConfirm } from './confirm.ts';

const about = (currentSubject: () => string = () => 'host'): Confirmation => ({
  question: 'Stop it?',
  facts: [],
  action: 'Stop',
  subject: currentSubject(),
  currentSubject,
});
const code = (name: string) => ({ panelError: { code: name } });

describe('a confirmation', () => {
  it('lets through what the operator agreed to, and nothing else', async () => {
    await createConfirm(async () => true)(about());
    await expect(createConfirm(async () => false)(about())).rejects.toMatchObject(code('not-confirmed'));
  });

  it('is refused when its subject changed while the dialog was open', async () => {
    let host = 'ada2';
    let wasConfirmed = false;
    const confirm = createConfirm(async () => {
      host = 'another';
      return true;
    });
    const done = confirm({
      ...about(() => host),
      onConfirmed: () => {
        wasConfirmed = true;
      },
    });
    await expect(done).rejects.toMatchObject(code('confirmation-outdated'));
    expect(wasConfirmed).toBe(false);
  });

  it('is not shown when its subject changed while it was prepared', async () => {
    let host = 'ada2';
    let isShown = false;
    const confirm = createConfirm(async () => {
      isShown = true;
      return true;
    });
    const prepared = about(() => host);
    host = 'another';
    await expect(confirm(prepared)).rejects.toMatchObject(code('confirmation-outdated'));
    expect(isShown).toBe(false);
  });

  it('shows each fact on one line, in the direction it is written', async () => {
    const shown: Confirmation[] = [];
    const confirm = createConfirm(async (confirmation) => shown.push(confirmation) > 0);
    await confirm({
      ...about(),
      question: 'Trust this key of ada2?\n\nChecked\u202e by the panel',
      facts: ['Host: ada2\nFingerprint: SHA256:good', 'x'.repeat(100_000)],
    });
    const [{ question, facts } = about()] = shown;
    expect(question).toBe('Trust this key of ada2?  Checked by the panel');
    expect(facts[0]).toBe('Host: ada2 Fingerprint: SHA256:good');
    expect(facts[1]).toHaveLength(16_000);
  });

  it('is the only one open; after a dialog that failed the next one is shown', async () => {
    let answer: (agreed: boolean) => void = () => {};
    const answers = [
      new Promise<boolean>((resolve) => {
        answer = resolve;
      }),
      Promise.reject(new Error('no display')),
      Promise.resolve(true),
    ];
    answers[1]?.catch(() => {});
    const confirm = createConfirm(() => answers.shift() ?? Promise.resolve(false));
    const first = confirm(about());
    await expect(confirm(about())).rejects.toMatchObject(code('confirmation-open'));
    answer(true);
    await first;
    await expect(confirm(about())).rejects.toThrow('no display');
    await confirm(about());
  });
});
