import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';

/** One line for rows that need no attention, which shows or hides them in the table above. */
export function FoldLine({
  text,
  names,
  isOpen,
  isStale,
  onToggle,
}: {
  readonly text: string;
  readonly names: readonly string[];
  readonly isOpen: boolean;
  readonly isStale: boolean;
  readonly onToggle: () => void;
}) {
  if (names.length === 0) return null;
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <button
      type="button"
      className="gateway-fold"
      data-stale={isStale || undefined}
      aria-expanded={isOpen}
      onClick={onToggle}
      title={names.join('\n')}
    >
      <Icon size={15} aria-hidden />
      <span>{text}</span>
      <span className="ada-quiet gateway-cut">{names.join(', ')}</span>
    </button>
  );
}
