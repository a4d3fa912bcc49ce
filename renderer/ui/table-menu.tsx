import { ActionIcon, Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import type { DataColumn, TableView } from './table-columns.ts';
import { EMPTY_TABLE_MEMORY, type TableMemory } from './table-memory.ts';
import { describeColumnsOf, TEXT } from './text.ts';

export interface TableMenuProps {
  readonly caption: string;
  readonly columns: readonly Pick<DataColumn<never>, 'id' | 'label' | 'dropOrder'>[];
  readonly view: TableView;
  readonly memory: TableMemory;
  readonly onChange: (next: TableMemory) => void;
}

/** Shows and hides columns, and resets the table. */
export function TableMenu({ caption, columns, view, memory, onChange }: TableMenuProps) {
  const isAsGiven = memory.sort === null && Object.keys(memory.chosen).length === 0;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={describeColumnsOf(caption)} title={TEXT.columns}>
          <IconColumns3 size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{TEXT.columns}</Menu.Label>
        {columns
          .filter(({ dropOrder }) => dropOrder !== undefined)
          .map(({ id, label }) => (
            <Menu.CheckboxItem
              key={id}
              checked={view.isShown(id)}
              onChange={(isShown) => onChange({ ...memory, chosen: { ...memory.chosen, [id]: isShown } })}
            >
              {label}
            </Menu.CheckboxItem>
          ))}
        <Menu.Divider />
        <Menu.Item disabled={isAsGiven} onClick={() => onChange(EMPTY_TABLE_MEMORY)}>
          {TEXT.resetTable}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
