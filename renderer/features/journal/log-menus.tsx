import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import { toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { currentView, type LogSelection, type Still } from '../../stores/journal/journal.ts';
import type { LogListHandle } from './log-list.tsx';
import { rowAsText } from './log-text.ts';

/** More than this would make the clipboard slow for every other program. */
const COPIED_ROWS = 50_000;

function rowsAsText(first: number, last: number): { readonly text: string; readonly lines: number } {
  const { rows, buffer } = currentView();
  const parts: string[] = [];
  for (let position = Math.max(0, first); position <= last && parts.length < COPIED_ROWS; position += 1) {
    const row = buffer.at(rows.seqAt(position));
    if (row !== undefined) parts.push(rowAsText(row));
  }
  return { text: parts.join('\n'), lines: parts.length };
}

export interface SaidProps {
  /** Says in the page what came of it. */
  readonly onSaid: (said: string) => void;
}

async function copy(text: string, what: string, onSaid: (said: string) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    onSaid(`Copied ${what}.`);
  } catch {
    onSaid('The clipboard could not be written to.');
  }
}

/** Copies what is selected, in sight, or shown. */
export function CopyMenu({ list, onSaid }: SaidProps & { readonly list: () => LogListHandle | null }) {
  const copyRows = (first: number, last: number) => {
    const { text, lines } = rowsAsText(first, last);
    void copy(text, `${lines.toLocaleString('en')} lines`, onSaid);
  };
  const copyVisible = () => {
    const sight = list()?.inSight();
    if (sight !== undefined) copyRows(sight.first, sight.last);
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label="Copy" openDelay={400}>
          <ActionIcon size="md" variant="default" aria-label="Copy lines">
            <IconCopy size={15} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onMouseDown={(event: React.MouseEvent) => event.preventDefault()}
          onClick={() => {
            const selected = document.getSelection()?.toString() ?? '';
            if (selected === '') onSaid('Nothing is selected. Drag over lines to select them.');
            else void copy(selected, 'the selection', onSaid);
          }}
        >
          Selected text
        </Menu.Item>
        <Menu.Item onClick={copyVisible}>Lines in sight</Menu.Item>
        <Menu.Item onClick={() => copyRows(0, currentView().rows.length - 1)}>All lines shown</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Saves the journal of the units followed to a file, of the time shown or all of it. */
export function ExportMenu({
  selection,
  still,
  onSaid,
}: SaidProps & { readonly selection: LogSelection | null; readonly still: Still | null }) {
  const hostCalls = useHostBridge();
  const save = async (format: 'text' | 'jsonl', isAll: boolean) => {
    if (selection === null) return;
    const oldest = currentView().buffer.oldest();
    const fromMs = still?.toMs === null || still === null ? (oldest?.at ?? undefined) : still.fromMs;
    const toMs = still?.toMs ?? undefined;
    try {
      onSaid('Exporting…');
      const answer = await hostCalls.journal.export({
        units: [...selection.units],
        ...(selection.maxPriority === null ? {} : { maxPriority: selection.maxPriority }),
        ...(isAll || fromMs === undefined ? {} : { fromMs }),
        ...(isAll || toMs === undefined ? {} : { toMs }),
        format,
      });
      onSaid(answer.savedTo === null ? '' : `Saved ${answer.entries.toLocaleString('en')} lines to ${answer.savedTo}`);
    } catch (thrown) {
      const error = toPanelError(thrown);
      onSaid(`${error.message} ${error.hint}`);
    }
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label="Export" openDelay={400}>
          <ActionIcon size="md" variant="default" aria-label="Export" disabled={selection === null || selection.units.length === 0}>
            <IconDownload size={15} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>The time that is held here</Menu.Label>
        <Menu.Item onClick={() => void save('text', false)}>As text</Menu.Item>
        <Menu.Item onClick={() => void save('jsonl', false)}>As JSON lines</Menu.Item>
        <Menu.Label>Everything in the host’s journal</Menu.Label>
        <Menu.Item onClick={() => void save('text', true)}>As text</Menu.Item>
        <Menu.Item onClick={() => void save('jsonl', true)}>As JSON lines</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
