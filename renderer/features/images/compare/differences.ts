import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import { describeSize, FACT_TEXT, ROUTE_TEXT } from '../text.ts';

/** A parameter and its value, in words. */
export type Fact = readonly [name: string, value: string];

const UNKNOWN = 'not reported';
/** Words around a difference in a prompt. */
const CONTEXT_WORDS = 2;

function factsOf(image: GalleryImage): readonly Fact[] {
  const { parameters, reported, modelUsed, route, width, height, hostLabel } = image;
  const value = (known: string | number | null): string => (known === null ? UNKNOWN : String(known));
  return [
    [FACT_TEXT.prompt, parameters.prompt],
    [FACT_TEXT.negativePrompt, parameters.negativePrompt === '' ? '–' : parameters.negativePrompt],
    [FACT_TEXT.model, value(modelUsed ?? parameters.model)],
    [FACT_TEXT.size, describeSize(width, height)],
    [FACT_TEXT.steps, value(reported.steps ?? parameters.steps)],
    [FACT_TEXT.guidance, value(reported.guidance ?? parameters.guidance)],
    [FACT_TEXT.scheduler, value(reported.scheduler ?? parameters.scheduler)],
    [FACT_TEXT.seed, value(reported.seed ?? parameters.seed)],
    [FACT_TEXT.route, ROUTE_TEXT[route].label],
    [FACT_TEXT.host, hostLabel],
  ];
}

/** For each image the parameters in which the images differ, and no others; of prompts only the words that differ. */
export function differencesOf(images: readonly GalleryImage[]): readonly (readonly Fact[])[] {
  const facts = images.map(factsOf);
  const [first] = facts;
  if (first === undefined) return [];
  const differing = first.flatMap((_fact, index) => (new Set(facts.map((list) => list[index]?.[1])).size > 1 ? [index] : []));
  const shortened = new Map(
    differing.filter((index) => index < 2).map((index) => [index, differingWords(facts.map((list) => list[index]?.[1] ?? ''))]),
  );
  return facts.map((list, place) =>
    differing.map((index): Fact => [list[index]?.[0] ?? '', shortened.get(index)?.[place] ?? list[index]?.[1] ?? '']),
  );
}

/** Each text without the words that all begin and end with, save a few around what differs. */
export function differingWords(texts: readonly string[]): readonly string[] {
  const lists = texts.map((text) => text.split(/\s+/).filter(Boolean));
  const shortest = Math.min(...lists.map(({ length }) => length));
  const isSame = (wordAt: (words: readonly string[]) => string | undefined): boolean => new Set(lists.map(wordAt)).size === 1;
  let start = 0;
  while (start < shortest && isSame((words) => words[start])) start += 1;
  let end = 0;
  while (end < shortest - start && isSame((words) => words[words.length - 1 - end])) end += 1;
  const [from, after] = [Math.max(0, start - CONTEXT_WORDS), Math.max(0, end - CONTEXT_WORDS)];
  return lists.map((words) => {
    const shown = words.slice(from, words.length - after).join(' ');
    return `${from > 0 ? '… ' : ''}${shown === '' ? '–' : shown}${after > 0 ? ' …' : ''}`;
  });
}
