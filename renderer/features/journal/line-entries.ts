import {
  IconArrowsVertical,
  IconChartLine,
  IconCopy,
  IconFilter,
  IconFilterOff,
  IconListDetails,
  IconMessage2,
  type TablerIcon,
} from '@tabler/icons-react';
import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { parseLogPrefix } from '../../../shared/log-prefix.ts';
import { copyText } from '../../stores/copy-text.ts';
import { type FilterField, fieldValue, type LogFilter } from '../../stores/journal/filters.ts';
import { addFilter, currentView } from '../../stores/journal/journal.ts';
import { setPage } from '../../stores/view.ts';
import type { MenuEntry } from '../../ui/context-menu.ts';
import { entryAsText, rowAsText } from './log-text.ts';
import { describeFilterAction, TEXT } from './text.ts';

/** Lines before and after the one that is copied with its context. */
const CONTEXT_LINES = 5;
/** On each side of a line's moment on the GPU's charts. */
const GPU_MARGIN_MS = 5 * 60_000;

/** The line with those around it in the view, as text. */
function withContext(seq: number): string {
  const { rows, buffer } = currentView();
  const at = rows.positionOf(seq);
  const parts: string[] = [];
  for (let position = Math.max(0, at - CONTEXT_LINES); position <= Math.min(rows.length - 1, at + CONTEXT_LINES); position += 1) {
    const row = buffer.at(rows.seqAt(position));
    if (row !== undefined) parts.push(rowAsText(row));
  }
  return parts.join('\n');
}

/** Opens the GPU's charts around the moment of a line. */
export const showOnGpu = (atMs: number): void => setPage('gpu', { fromMs: atMs - GPU_MARGIN_MS, toMs: atMs + GPU_MARGIN_MS });

/** The fields that a line can be filtered by in its menu, in order. */
const OFFERED: readonly FilterField[] = ['unit', 'level', 'logger', 'pid', 'like'];

function filterEntries(entry: JournalEntry, selected: string): readonly MenuEntry[] {
  const of = (field: FilterField, value: string, isOut: boolean): MenuEntry => {
    const filter: LogFilter = { field, value, isOut };
    const icon: TablerIcon = isOut ? IconFilterOff : IconFilter;
    return { id: `${isOut ? 'out' : 'to'}-${field}`, label: describeFilterAction(filter), icon, run: () => addFilter(filter) };
  };
  const both = (field: FilterField, value: string) => [of(field, value, false), of(field, value, true)];
  const ofSelection = selected === '' ? [] : both('text', selected);
  return [
    ...ofSelection,
    ...OFFERED.flatMap((field) => {
      const value = fieldValue(entry, field);
      return value === null || value.trim() === '' ? [] : both(field, value);
    }),
  ];
}

/** Everything that can be done with one line. */
export function lineEntries(entry: JournalEntry, seq: number, onFields: (seq: number) => void): readonly MenuEntry[] {
  const selected = (window.getSelection()?.toString() ?? '').split('\n')[0]?.trim() ?? '';
  return [
    { id: 'fields', label: TEXT.showFields, icon: IconListDetails, run: () => onFields(seq) },
    { id: 'copy', label: TEXT.copyLine, icon: IconCopy, run: () => copyText(entryAsText(entry)) },
    {
      id: 'copy-message',
      label: TEXT.copyMessage,
      icon: IconMessage2,
      run: () => copyText(entry.text.slice(parseLogPrefix(entry.text)?.length ?? 0)),
    },
    { id: 'copy-context', label: TEXT.copyContext, icon: IconArrowsVertical, run: () => copyText(withContext(seq)) },
    { id: 'gpu', label: TEXT.showOnGpu, icon: IconChartLine, run: () => showOnGpu(entry.at) },
    ...filterEntries(entry, selected),
  ];
}
