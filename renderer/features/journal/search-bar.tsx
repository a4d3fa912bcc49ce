import { ActionIcon, Group, TextInput, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconFilter, IconLetterCase, IconRegex, IconSearch, IconX } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { currentView, setViewOptions, useJournal } from '../../stores/journal/journal.ts';
import type { Query } from '../../stores/journal/search.ts';
import { isComposing } from '../../ui/composing.ts';

export interface SearchBarProps {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly currentSeq: number | null;
  readonly onStep: (direction: 'next' | 'previous') => void;
}

function Toggle(props: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onToggle: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Tooltip label={props.label} openDelay={400}>
      <ActionIcon
        size="md"
        variant={props.isOn ? 'light' : 'subtle'}
        color={props.isOn ? 'accent' : 'gray'}
        aria-label={props.label}
        aria-pressed={props.isOn}
        onClick={props.onToggle}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

/** "17 of 342", and while not every line was looked at yet "342 so far". */
function said(currentSeq: number | null): string {
  const { matches, search } = currentView();
  if (search.kind === 'invalid') return search.said;
  if (search.kind !== 'ready') return '';
  const count = matches.length;
  if (matches.pending > 0) return `${count.toLocaleString('en')} so far`;
  if (count === 0) return 'no match';
  if (count === 1) return currentSeq === matches.seqAt(0) ? '1 of 1' : '1 match';
  const at = currentSeq === null ? -1 : matches.positionOf(currentSeq);
  const isAt = at >= 0 && matches.seqAt(at) === currentSeq;
  return isAt ? `${(at + 1).toLocaleString('en')} of ${count.toLocaleString('en')}` : `${count.toLocaleString('en')} matches`;
}

/** By itself, because it changes with every line that comes while the field beside it does not. */
function MatchCount({ currentSeq }: { readonly currentSeq: number | null }) {
  useJournal((store) => store.version);
  useJournal((store) => store.scanned);
  const isInvalid = currentView().search.kind === 'invalid';
  return (
    <span className="logs-said" role="status" style={{ minWidth: 92, color: isInvalid ? 'var(--ada-bad)' : undefined }}>
      {said(currentSeq)}
    </span>
  );
}

/** Finds text or a pattern in the lines held; Enter goes to the next match, Shift+Enter to the one before. */
export function SearchBar({ field, currentSeq, onStep }: SearchBarProps) {
  const { query, onlyMatches } = useJournal((store) => store.options);
  const { search } = currentView();
  const set = (change: Partial<Query>) => setViewOptions({ query: { ...query, ...change } });
  return (
    <Group gap={4} wrap="nowrap" style={{ flex: '1 1 320px' }}>
      <TextInput
        ref={field}
        size="xs"
        style={{ flex: 1, maxWidth: 460 }}
        leftSection={<IconSearch size={14} />}
        rightSection={
          query.text === '' ? null : (
            <ActionIcon size="xs" variant="transparent" color="gray" aria-label="Clear search" onClick={() => set({ text: '' })}>
              <IconX size={13} />
            </ActionIcon>
          )
        }
        placeholder={query.regex ? 'Search by pattern  ( / )' : 'Search  ( / )'}
        aria-label="Search in the log"
        value={query.text}
        error={search.kind === 'invalid'}
        onChange={(event) => set({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === 'Enter') onStep(event.shiftKey ? 'previous' : 'next');
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <Toggle label="Pattern (regular expression)" isOn={query.regex} onToggle={() => set({ regex: !query.regex })}>
        <IconRegex size={16} />
      </Toggle>
      <Toggle label="Match case" isOn={query.matchCase} onToggle={() => set({ matchCase: !query.matchCase })}>
        <IconLetterCase size={16} />
      </Toggle>
      <Toggle label="Only matching lines" isOn={onlyMatches} onToggle={() => setViewOptions({ onlyMatches: !onlyMatches })}>
        <IconFilter size={16} />
      </Toggle>
      <ActionIcon
        size="md"
        variant="subtle"
        color="gray"
        aria-label="Previous match"
        disabled={search.kind !== 'ready'}
        onClick={() => onStep('previous')}
      >
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon
        size="md"
        variant="subtle"
        color="gray"
        aria-label="Next match"
        disabled={search.kind !== 'ready'}
        onClick={() => onStep('next')}
      >
        <IconChevronDown size={16} />
      </ActionIcon>
      <MatchCount currentSeq={currentSeq} />
    </Group>
  );
}
