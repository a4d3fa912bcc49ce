import { Button } from '@mantine/core';
import { useState } from 'react';
import { describeAllLines, TEXT } from './text.ts';

/** A line of a unified diff: in both texts, only in the new one, only in the old one, or a heading. */
export interface MarkedLine {
  readonly mark: ' ' | '+' | '-' | '@';
  readonly text: string;
}

/** More than this is folded: the first lines tell which file part changes. */
const FOLDED_LINES = 24;
const SIGNS: Readonly<Record<MarkedLine['mark'], string>> = { ' ': '  ', '+': '+ ', '-': '− ', '@': '' };

/** Changed lines, by colour and by sign; a long list is folded. */
export function DiffLines({ label, lines }: { readonly label: string; readonly lines: readonly MarkedLine[] }) {
  const [isOpen, setOpen] = useState(false);
  const isLong = lines.length > FOLDED_LINES;
  const shown = isLong && !isOpen ? lines.slice(0, FOLDED_LINES) : lines;
  return (
    <section className="ada-diff" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard */}
      <pre tabIndex={0}>
        {shown.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one comparison never change their order
          <span key={index} data-mark={line.mark}>
            {`${SIGNS[line.mark]}${line.text}\n`}
          </span>
        ))}
      </pre>
      {isLong ? (
        <Button size="compact-xs" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? TEXT.foldLines : describeAllLines(lines.length)}
        </Button>
      ) : null}
    </section>
  );
}
