import type { PlacedLine } from './ssh-config-file.ts';
import type { ConfigLine } from './ssh-config-words.ts';

/** A configuration in one text, and for each of its lines where that line came from. */
export interface FlatConfig {
  readonly text: string;
  readonly places: readonly { readonly file: string; readonly line: number }[];
}

/**
 * One text without Includes that means the same to ssh: before each line that is under other blocks than the line before
 * comes its block again, or one Match line for several.
 */
export function flatten(lines: readonly PlacedLine[]): FlatConfig {
  const text: string[] = [];
  const places: { file: string; line: number }[] = [];
  let current: readonly ConfigLine[] = [];
  for (const line of lines) {
    const isBlock = line.keyword === 'host' || line.keyword === 'match';
    const isSame = line.blocks.length === current.length && line.blocks.every((block, index) => block === current[index]);
    current = line.blocks;
    // A block without words is passed on unchanged, for ssh to refuse.
    const added = [...(isSame || (isBlock && line.words.length === 0) ? [] : [headerOf(line.blocks)])];
    if (!isBlock || line.words.length === 0) added.push(line.raw);
    for (const each of added) {
      text.push(each);
      places.push({ file: line.file, line: line.line });
    }
  }
  return { text: `${text.join('\n')}\n`, places };
}

function headerOf(blocks: readonly ConfigLine[]): string {
  const [only] = blocks;
  // Host heeds the case of its names and Match does not, so that a single block remains unchanged.
  if (blocks.length === 1 && only !== undefined) return only.raw;
  const criteria = blocks.map(criterionOf).filter((criterion) => criterion !== 'all');
  return `Match ${criteria.length === 0 ? 'all' : criteria.join(' ')}`;
}

function criterionOf(block: ConfigLine): string {
  return block.keyword === 'host' ? `originalhost "${block.words.join(',')}"` : block.raw.replace(/^match[\s=]+/i, '');
}
