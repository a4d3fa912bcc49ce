import { LIBRARY_LIMITS, type Library } from '../../shared/capabilities/library/contract.ts';

/** What was removed from one list: the list as it was, and the entries that a later list lacks. */
interface Removed<T> {
  readonly before: readonly T[];
  readonly after: readonly T[];
  readonly keyOf: (entry: T) => string;
}

/** The entries of `now` and those that were removed, each at its old place; one that is there again stays as it is. */
function withRemoved<T>(now: readonly T[], { before, after, keyOf }: Removed<T>): T[] {
  const left = new Set(after.map(keyOf));
  const restored = [...now];
  for (const [index, entry] of before.entries())
    if (!left.has(keyOf(entry)) && !now.some((known) => keyOf(known) === keyOf(entry))) restored.splice(index, 0, entry);
  return restored;
}

/** The parts of the library that undo the step from `before` to `part`, and keep what came since. */
export function restoredParts(before: Library, part: Partial<Library>, now: Library): Partial<Library> {
  const { presets, wildcards, prompts } = part;
  return {
    ...(presets === undefined
      ? {}
      : { presets: withRemoved(now.presets, { before: before.presets, after: presets, keyOf: ({ presetId }) => presetId }) }),
    ...(wildcards === undefined
      ? {}
      : { wildcards: withRemoved(now.wildcards, { before: before.wildcards, after: wildcards, keyOf: ({ name }) => name }) }),
    ...(prompts === undefined
      ? {}
      : {
          prompts: withRemoved(now.prompts, { before: before.prompts, after: prompts, keyOf: ({ prompt }) => prompt })
            .sort((a, b) => b.sentAt - a.sentAt)
            .slice(0, LIBRARY_LIMITS.maxPrompts),
        }),
  };
}
