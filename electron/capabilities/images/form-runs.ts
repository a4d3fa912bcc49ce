import type { ImageParameters, Sweep } from '../../../shared/capabilities/images/contract.ts';
import { type ResolvedPrompt, resolvePrompt, type WildcardLists } from '../../../shared/image-graphs/prompt-template.ts';
import { seedOf } from '../../../shared/image-graphs/rules.ts';
import { cellsOf } from '../../../shared/image-graphs/sweep-cells.ts';
import { imagesRequestError } from './errors.ts';

/**
 * The runs that a form asks for, their prompts resolved by their seeds: one for each cell of a sweep, one for each image where the prompt
 * has alternatives, else one. Throws images-sweep, images-template.
 */
export function runsOfForm(
  form: ImageParameters & { readonly seed: number },
  sweep: Sweep | null,
  lists: WildcardLists,
): readonly ImageParameters[] {
  const seed = form.seed;
  if (sweep !== null) {
    const { cells, problems } = cellsOf(form, sweep);
    if (cells === undefined) throw imagesRequestError('images-sweep', problems.join(' '), 'Correct the values of the axes.');
    // Picked by the form's seed, also where the seed is an axis: only the axes may differ.
    return cells.map((cell) => ({ ...cell, prompt: textOf(resolvePrompt(cell.prompt, seed, lists)) }));
  }
  const first = resolvePrompt(form.prompt, seed, lists);
  if (!first.isTemplate || form.count === 1) return [{ ...form, prompt: textOf(first) }];
  return Array.from({ length: form.count }, (_, index) => {
    const ownSeed = seedOf(seed, index);
    return { ...form, count: 1, seed: ownSeed, prompt: textOf(resolvePrompt(form.prompt, ownSeed, lists)) };
  });
}

function textOf({ text, problem }: ResolvedPrompt): string {
  if (problem === null && text.trim() !== '') return text;
  throw imagesRequestError(
    'images-template',
    problem ?? 'The resolved prompt is empty.',
    'Correct the prompt, or the list on the Playground.',
  );
}
