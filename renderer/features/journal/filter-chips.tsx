import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { clearFilters, removeFilter, useJournal } from '../../stores/journal/journal.ts';
import { describeFilter, describeRemoveFilter, TEXT } from './text.ts';

/** The conditions on the lines, each with a button that removes it. */
export function FilterChips() {
  const filters = useJournal((store) => store.options.filters);
  if (filters.length === 0) return null;
  return (
    <ul className="logs-chips" aria-label={TEXT.filters}>
      {filters.map((filter) => (
        <li key={`${filter.isOut} ${filter.field} ${filter.value}`}>
          <button
            type="button"
            className="logs-chip"
            data-out={filter.isOut || undefined}
            aria-label={describeRemoveFilter(filter)}
            title={describeFilter(filter)}
            onClick={() => removeFilter(filter)}
          >
            <span>{describeFilter(filter)}</span>
            <IconX size={13} aria-hidden />
          </button>
        </li>
      ))}
      {filters.length > 1 ? (
        <li>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={clearFilters}>
            {TEXT.clearFilters}
          </Button>
        </li>
      ) : null}
    </ul>
  );
}
