import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import { searchCommands } from './search-commands.ts';

const command = (id: string, group: string, title: string, more: Partial<Command> = {}): Command => ({
  id,
  group,
  title,
  run: () => {},
  ...more,
});

const COMMANDS: readonly Command[] = [
  command('go-gpu', 'Go to', 'GPU', { words: 'graphics card nvidia' }),
  command('install', 'Models', 'Install a model…', { words: 'download hugging face' }),
  command('start', 'Services on ada2', 'Start nginx', { words: 'nginx.service', unavailable: 'Already running', isResult: true }),
  command('stop', 'Services on ada2', 'Stop nginx…', { words: 'nginx.service halt' }),
  command('stop-shim', 'Services on ada2', 'Stop invokeai-openai-images-shim…'),
  command('image', 'Images', 'a stop sign in the rain', { isResult: true }),
];
const ids = (query: string, recent: readonly string[] = []): readonly string[] =>
  searchCommands(COMMANDS, query, recent).flatMap(({ commands }) => commands.map(({ id }) => id));

describe('the search of the palette', () => {
  it('lists all but results while nothing is typed, the recent ones first and once', () => {
    expect(ids('')).toEqual(['go-gpu', 'install', 'stop', 'stop-shim']);
    expect(ids('', ['stop', 'gone', 'image'])).toEqual(['stop', 'image', 'go-gpu', 'install', 'stop-shim']);
    expect(searchCommands(COMMANDS, '', ['stop'])[0]?.group).toBe('Recent');
  });

  it('finds by title, group, other words and parts of words, in any order', () => {
    expect(ids('model install')).toEqual(['install']);
    expect(ids('hugging')).toEqual(['install']);
    expect(ids('nvidia')).toEqual(['go-gpu']);
    expect(ids('shim stop')).toEqual(['stop-shim']);
    expect(ids('ginx')).toEqual(['stop', 'start']);
    expect(ids('go to gpu')).toEqual(['go-gpu']);
  });

  it('skips what names nothing in a question', () => {
    expect(ids('How do I stop the shim?')).toEqual(['stop-shim']);
  });

  it('puts titles before other words, what can be run before what cannot, and recent ones before their equals', () => {
    expect(ids('nginx')).toEqual(['stop', 'start']);
    expect(ids('stop', ['stop-shim'])[0]).toBe('stop-shim');
  });

  it('finds nothing where a word fits nowhere', () => {
    expect(ids('stop sandwich')).toEqual([]);
    expect(ids('…')).toEqual([]);
  });

  it('never lists a command twice, and nothing that is not a command', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.array(fc.constantFrom(...COMMANDS.map(({ id }) => id), 'gone')), (query, recent) => {
        const found = ids(query, [...new Set(recent)]);
        expect(new Set(found).size).toBe(found.length);
        for (const id of found) expect(COMMANDS.some((known) => known.id === id)).toBe(true);
      }),
    );
  });
});
