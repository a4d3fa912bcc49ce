import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import { toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { asUnits, currentView, type LogSelection, type Still } from '../../stores/journal/journal.ts';
import { usePageIntent } from '../../stores/view.ts';
import type { LogListHandle } from './log-list.tsx';
import { rowAsText } from './log-text.ts';
import { describeCopied, describeExported, TEXT } from './text.ts';

/** A larger clipboard slows other programs down. */
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

export interface MessageProps {
  /** Reports the result in the page. */
  readonly onMessage: (message: string) => void;
}

async function copy(text: string, copied: string, onMessage: (message: string) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    onMessage(copied);
  } catch {
    onMessage(TEXT.copyFailed);
  }
}

/** Copies the selected text, the visible lines or all lines of the view. */
export function CopyMenu({ list, onMessage }: MessageProps & { readonly list: () => LogListHandle | null }) {
  const copyRows = (first: number, last: number) => {
    const { text, lines } = rowsAsText(first, last);
    void copy(text, describeCopied(lines), onMessage);
  };
  const copyVisible = () => {
    const sight = list()?.inSight();
    if (sight !== undefined) copyRows(sight.first, sight.last);
  };
  usePageIntent({ copy: copyVisible });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label={TEXT.copy} openDelay={400}>
          <ActionIcon size="md" variant="default" aria-label={TEXT.copyLines}>
            <IconCopy size={15} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onMouseDown={(event: React.MouseEvent) => event.preventDefault()}
          onClick={() => {
            const selected = document.getSelection()?.toString() ?? '';
            if (selected === '') onMessage(TEXT.nothingSelected);
            else void copy(selected, TEXT.selectionCopied, onMessage);
          }}
        >
          {TEXT.selectedText}
        </Menu.Item>
        <Menu.Item onClick={copyVisible}>{TEXT.visibleLines}</Menu.Item>
        <Menu.Item onClick={() => copyRows(0, currentView().rows.length - 1)}>{TEXT.allLines}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Exports the journal of the followed units to a file: the loaded range or everything. */
export function ExportMenu({
  selection,
  still,
  onMessage,
}: MessageProps & { readonly selection: LogSelection | null; readonly still: Still | null }) {
  const hostCalls = useHostBridge();
  const save = async (format: 'text' | 'jsonl', isAll: boolean) => {
    if (selection === null) return;
    const oldest = currentView().buffer.oldest();
    const fromMs = still?.toMs === null || still === null ? (oldest?.at ?? undefined) : still.fromMs;
    const toMs = still?.toMs ?? undefined;
    try {
      onMessage(TEXT.exporting);
      const answer = await hostCalls.journal.export({
        ...asUnits(selection),
        ...(isAll || fromMs === undefined ? {} : { fromMs }),
        ...(isAll || toMs === undefined ? {} : { toMs }),
        format,
      });
      onMessage(answer.savedTo === null ? '' : describeExported(answer.entries, answer.savedTo));
    } catch (thrown) {
      const error = toPanelError(thrown);
      onMessage(`${error.message} ${error.hint}`);
    }
  };
  const canSave = selection !== null && selection.units.length > 0;
  usePageIntent(canSave ? { 'export-text': () => void save('text', false), 'export-json': () => void save('jsonl', false) } : {});
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label={TEXT.export} openDelay={400}>
          <ActionIcon size="md" variant="default" aria-label={TEXT.export} disabled={!canSave}>
            <IconDownload size={15} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{TEXT.loadedRange}</Menu.Label>
        <Menu.Item onClick={() => void save('text', false)}>{TEXT.asText}</Menu.Item>
        <Menu.Item onClick={() => void save('jsonl', false)}>{TEXT.asJson}</Menu.Item>
        <Menu.Label>{TEXT.entireJournal}</Menu.Label>
        <Menu.Item onClick={() => void save('text', true)}>{TEXT.asText}</Menu.Item>
        <Menu.Item onClick={() => void save('jsonl', true)}>{TEXT.asJson}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
