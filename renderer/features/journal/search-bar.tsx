import { ActionIcon, Group, TextInput, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconFilter, IconLetterCase, IconRegex, IconSearch, IconX } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { currentView, setViewOptions, useJournal } from '../../stores/journal/journal.ts';
import type { Query } from '../../stores/journal/search.ts';
import { isComposing } from '../../ui/composing.ts';
import { describeMatches, describePlace, describeSoFar, TEXT } from './text.ts';

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

/** "17 of 342", or "342 so far" while the search is running. */
function message(currentSeq: number | null): string {
  const { matches, search } = currentView();
  if (search.kind === 'invalid') return search.message;
  if (search.kind !== 'ready') return '';
  const count = matches.length;
  if (matches.pending > 0) return describeSoFar(count);
  if (count === 0) return TEXT.noMatches;
  if (count === 1) return currentSeq === matches.seqAt(0) ? describePlace(0, 1) : TEXT.oneMatch;
  const at = currentSeq === null ? -1 : matches.positionOf(currentSeq);
  const isAt = at >= 0 && matches.seqAt(at) === currentSeq;
  return isAt ? describePlace(at, count) : describeMatches(count);
}

/** A separate component, because it renders with every new line and the search field must not. */
function MatchCount({ currentSeq }: { readonly currentSeq: number | null }) {
  useJournal((store) => store.version);
  useJournal((store) => store.scanned);
  const isInvalid = currentView().search.kind === 'invalid';
  return (
    <span className="logs-message" role="status" style={{ minWidth: 92, color: isInvalid ? 'var(--ada-bad)' : undefined }}>
      {message(currentSeq)}
    </span>
  );
}

/** Searches the loaded lines for text or a pattern; Enter goes to the next match, Shift+Enter to the previous match. */
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
            <ActionIcon size="xs" variant="transparent" color="gray" aria-label={TEXT.clearSearch} onClick={() => set({ text: '' })}>
              <IconX size={13} />
            </ActionIcon>
          )
        }
        placeholder={query.regex ? TEXT.patternPlaceholder : TEXT.searchPlaceholder}
        aria-label={TEXT.search}
        value={query.text}
        error={search.kind === 'invalid'}
        onChange={(event) => set({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === 'Enter') onStep(event.shiftKey ? 'previous' : 'next');
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <Toggle label={TEXT.pattern} isOn={query.regex} onToggle={() => set({ regex: !query.regex })}>
        <IconRegex size={16} />
      </Toggle>
      <Toggle label={TEXT.matchCase} isOn={query.matchCase} onToggle={() => set({ matchCase: !query.matchCase })}>
        <IconLetterCase size={16} />
      </Toggle>
      <Toggle label={TEXT.onlyMatches} isOn={onlyMatches} onToggle={() => setViewOptions({ onlyMatches: !onlyMatches })}>
        <IconFilter size={16} />
      </Toggle>
      <ActionIcon
        size="md"
        variant="subtle"
        color="gray"
        aria-label={TEXT.previousMatch}
        disabled={search.kind !== 'ready'}
        onClick={() => onStep('previous')}
      >
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon
        size="md"
        variant="subtle"
        color="gray"
        aria-label={TEXT.nextMatch}
        disabled={search.kind !== 'ready'}
        onClick={() => onStep('next')}
      >
        <IconChevronDown size={16} />
      </ActionIcon>
      <MatchCount currentSeq={currentSeq} />
    </Group>
  );
}
