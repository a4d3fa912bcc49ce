import { describe, expect, it } from 'vitest';
import { silentLogger } from '../foundation/log/log.ts';
import { createAnswer } from './answer.ts';

const asked: unknown[] = [];
const answer = createAnswer(
  {
    ofPanel: (name, input) => asked.push([name, input]),
    ofHost: (hostId, name, input) => asked.push([hostId, name, input]),
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
    [{ prompt: 'a'.repeat(4_001) }, 'The request was refused. Prompt: at most 4\u202f000 characters.'],
    [{ negativePrompt: 'a'.repeat(4_001) }, 'The request was refused. Negative prompt: at most 4\u202f000 characters.'],
    [{ seed: 4_294_967_296 }, 'The request was refused. Seed: at most 4\u202f294\u202f967\u202f295.'],
    [{ steps: 0 }, 'The request was refused. Steps: at least 1.'],
    [{ width: 512.5 }, expect.stringContaining('Width: ')],
  ])('%j', async (change, message) => {
    expect(await refusal('images.start', { hostId: 'ada2', value: { route: 'shim', parameters: { ...parameters, ...change } } })).toEqual(
      message,
    );
  });

  it('in calls of other rooms too, and says so when there is no such call', async () => {
    expect(await refusal('gallery.find', { search: 'a'.repeat(201), offset: 0, limit: 1 })).toBe(
      'The request was refused. Search: at most 200 characters.',
    );
    expect(await refusal('hosts.importAliases', { aliases: 7 })).toMatch(/^The request was refused. Aliases: /);
    expect(await refusal('images.start', null)).toBe('The request images.start was not understood.');
    expect(await refusal('no.such', {})).toBe('The request no.such was not understood.');
  });
});
