import { describe, expect, it } from 'vitest';
import { markdownFence, markdownInline, markdownParagraph } from './markdown.ts';

describe('a text from outside in Markdown', () => {
  it('begins no markup and stays in its cell', () => {
    expect(markdownInline('<b> | `x` [l](u) *a* _b_\n# H & ~ $ ! \\')).toBe(
      '\\<b\\> \\| \\`x\\` \\[l\\](u) \\*a\\* \\_b\\_ \\# H \\& \\~ \\$ \\! \\\\',
    );
  });
  it.each([
    ['- a', '\\- a'],
    ['+ a', '\\+ a'],
    ['  === ', '  \\=== '],
    ['# a', '\\# a'],
    ['12. a', '12\\. a'],
    ['3) a', '3\\) a'],
    ['12.3 GiB', '12.3 GiB'],
    ['a - b', 'a - b'],
  ])('%s begins no list, heading or rule', (text, written) => {
    expect(markdownParagraph(text)).toBe(written);
  });
  it('cannot end a block of code', () => {
    expect(markdownFence(['a'], 'sh')).toEqual(['```sh', 'a', '```']);
    expect(markdownFence(['x ```` y', '  ```'])).toEqual(['`````', 'x ```` y', '  ```', '`````']);
  });
});
