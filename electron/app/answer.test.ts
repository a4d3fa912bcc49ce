import { describe, expect, it } from 'vitest';
import { silentLogger } from '../foundation/log/log.ts';
import { createAnswer } from './answer.ts';

const requested: unknown[] = [];
const answer = createAnswer(
  {
    ofPanel: (name, input) => requested.push([name, input]),
    ofHost: (hostId, name, input) => requested.push([hostId, name, input]),
  },
  silentLogger,
);
const parameters = {
  ...{ prompt: 'a', negativePrompt: '', width: 512, height: 512, steps: 20, guidance: 7, seed: 1, model: null, scheduler: null },
  count: 1,
};
const refusal = async (name: string, input: unknown): Promise<string> => {
  const outcome = await answer(name, input);
  return outcome.ok ? 'accepted' : outcome.error.message;
};

describe('a refused call names the field and its limit', () => {
  it.each([
    [{ prompt: 'a'.repeat(4_001) }, 'Invalid input: prompt: at most 4\u202f000 characters.'],
    [{ negativePrompt: 'a'.repeat(4_001) }, 'Invalid input: negative prompt: at most 4\u202f000 characters.'],
    [{ seed: 4_294_967_296 }, 'Invalid input: seed: at most 4\u202f294\u202f967\u202f295.'],
    [{ steps: 0 }, 'Invalid input: steps: at least 1.'],
    [{ width: 512.5 }, expect.stringContaining('width: ')],
  ])('%j', async (change, message) => {
    expect(await refusal('images.start', { hostId: 'ada2', value: { route: 'shim', parameters: { ...parameters, ...change } } })).toEqual(
      message,
    );
  });

  it('in calls of other rooms too, and says so when there is no such call', async () => {
    expect(await refusal('gallery.find', { search: 'a'.repeat(201), offset: 0, limit: 1 })).toBe(
      'Invalid input: search: at most 200 characters.',
    );
    expect(await refusal('hosts.importAliases', { aliases: 7 })).toMatch(/^Invalid input: aliases: /);
    expect(await refusal('images.start', null)).toBe('Invalid request images.start.');
    expect(await refusal('no.such', {})).toBe('Invalid request no.such.');
  });
});
