import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isListName, resolvePrompt, TEMPLATE_LIMITS } from './prompt-template.ts';

const LISTS = { colour: ['red', 'green'], thing: ['a __colour__ pear', '{boat|tree}'], loop: ['__loop__'], empty: [] };
const all = (template: string): ReadonlySet<string> =>
  new Set(Array.from({ length: 200 }, (_, seed) => resolvePrompt(template, seed, LISTS).text));

describe('a prompt with alternatives and lists', () => {
  it('picks every alternative, nested ones and empty ones too', () => {
    expect(all('a {red|green|{dark |}blue} pear')).toEqual(new Set(['a red pear', 'a green pear', 'a dark blue pear', 'a blue pear']));
  });

  it('picks lines of lists, which can hold lists themselves', () => {
    expect(all('__thing__')).toEqual(new Set(['a red pear', 'a green pear', 'boat', 'tree']));
  });

  it('stays as it is without any, with its braces and underscores', () => {
    for (const text of ['a {pear}', 'a_b __', '{a|b', 'a|b}', '__', '____', 'snake_case__x', '(a:1.2) [b|c]']) {
      expect(resolvePrompt(text, 1, LISTS)).toEqual({ text, isTemplate: false, problem: null });
    }
    expect(resolvePrompt('\\{a\\|b\\} \\__colour__', 1, LISTS).text).toBe('{a|b} __colour__');
  });

  it('names what cannot be resolved', () => {
    const problem = (text: string) => resolvePrompt(text, 1, LISTS).problem;
    expect(problem('__mood__')).toBe('There is no list named mood.');
    expect(problem('__empty__')).toBe('The list empty is empty.');
    expect(problem('__loop__')).toMatch(/nested more than 8/);
    expect(problem('{a|b}'.repeat(201))).toMatch(/More than 200/);
    expect(problem('__constructor__')).toBe('There is no list named constructor.');
  });

  it('is the same for the same seed, never longer than a prompt, and never throws', () => {
    const part = fc.oneof(fc.constantFrom('{', '}', '|', '\\', '__', '_', 'colour', '__thing__', '{a|b}'), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), fc.integer({ min: 0, max: 4_294_967_295 }), (parts, seed) => {
        const template = parts.join('');
        const once = resolvePrompt(template, seed, LISTS);
        expect(resolvePrompt(template, seed, LISTS)).toEqual(once);
        expect(once.text.length).toBeLessThanOrEqual(TEMPLATE_LIMITS.maxChars);
        if (!once.isTemplate && !template.includes('\\')) expect(once.text).toBe(template);
      }),
    );
  });
});

describe('the name of a list', () => {
  it('can be written between two underscores', () => {
    for (const name of ['colour', 'art-style', 'a_b', 'Farbe2', 'цвет']) expect(isListName(name), name).toBe(true);
    for (const name of ['', 'a__b', '_a', 'a_', 'a b', 'a'.repeat(61)]) expect(isListName(name), name).toBe(false);
  });
});
