import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { IconFilterOff, IconSearch } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { CheckInfo, CheckVerdict } from '../../../shared/capabilities/checks/contract.ts';
import { createPageState } from '../../stores/page-state.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useLastValue } from '../../ui/use-last-value.ts';
import { CheckGroupCard } from './check-group.tsx';
import { type CheckFilter, type CheckRow, countFiltered, FILTERS, groupsOf } from './rows.ts';
import { describeFilter, TEXT } from './text.ts';
import { rowButtonOf, useRowKeys } from './use-row-keys.ts';

export interface ResultListProps {
  readonly rows: readonly CheckRow[];
  readonly isRunning: boolean;
  readonly canRun: boolean;
  readonly isStale: boolean;
  readonly maxAgeMs: number;
  /** A check to open and scroll to, from another page; `onShown` is called once it is in sight. */
  readonly shownId: string | null;
  readonly onShown: () => void;
  readonly onRun: (checks: readonly CheckInfo[]) => void;
}

/** What the page shows, and how. */
const useShown = createPageState<{
  readonly filter: CheckFilter;
  readonly query: string;
  readonly isFailedFirst: boolean;
  readonly opened: ReadonlySet<string>;
}>({ filter: 'all', query: '', isFailedFirst: true, opened: new Set() });

/** The verdicts as they were when the run at work began; null = none is. Rows keep their places during a run. */
function useHeldVerdicts(rows: readonly CheckRow[], isRunning: boolean): ReadonlyMap<string, CheckVerdict> | null {
  const settled = useRef<ReadonlyMap<string, CheckVerdict>>(new Map());
  if (!isRunning) settled.current = new Map(rows.flatMap(({ info, result }) => (result === null ? [] : [[info.id, result.verdict]])));
  return isRunning ? settled.current : null;
}

/** The checks by group, filtered and searched. */
export function ResultList({ rows, isRunning, canRun, isStale, maxAgeMs, shownId, onShown, onRun }: ResultListProps) {
  const [{ filter, query, isFailedFirst, opened }, setShown] = useShown();
  // An opened row is shown whatever the filter: choosing another filter closes them.
  const setFilter = useCallback((filter: CheckFilter) => setShown((before) => ({ ...before, filter, opened: new Set() })), [setShown]);
  const setQuery = useCallback((query: string) => setShown((before) => ({ ...before, query })), [setShown]);
  const [currentId, setCurrentId] = useState<string | null>(null);
  const held = useHeldVerdicts(rows, isRunning);
  const amounts = countFiltered(rows);
  const groups = groupsOf(rows, { filter, query, isFailedFirst, opened, held });
  const ids = groups.flatMap((group) => group.rows.map(({ info }) => info.id));
  const tabStop = currentId !== null && ids.includes(currentId) ? currentId : (ids[0] ?? null);

  const toggle = useCallback(
    (id: string) => {
      setCurrentId(id);
      setShown((before) => {
        const next = new Set(before.opened);
        if (!next.delete(id)) next.add(id);
        return { ...before, opened: next };
      });
    },
    [setShown],
  );
  const infos = useLastValue(rows.map(({ info }) => info));
  const checkOf = useMemo(() => new Map(infos.map((info) => [info.id, info])), [infos]);
  const run = useCallback(
    (id: string) => {
      const check = checkOf.get(id);
      if (check !== undefined && canRun) onRun([check]);
    },
    [checkOf, canRun, onRun],
  );
  const onKeyDown = useRowKeys(setCurrentId, run);
  const clear = (): void => setShown((before) => ({ ...before, filter: 'all', query: '' }));

  useEffect(() => {
    if (shownId === null) return;
    setCurrentId(shownId);
    setShown((before) => ({ ...before, filter: 'all', query: '', opened: new Set(before.opened).add(shownId) }));
    requestAnimationFrame(() => {
      const row = rowButtonOf(shownId);
      row?.scrollIntoView({ block: 'center' });
      row?.focus({ preventScroll: true });
    });
    onShown();
  }, [shownId, onShown, setShown]);

  return (
    <>
      <div className="checks-filters">
        <SegmentedControl
          size="xs"
          aria-label={TEXT.filter}
          data={FILTERS.map((value) => ({ value, label: describeFilter(value, amounts[value]) }))}
          value={filter}
          onChange={(value) => setFilter(FILTERS.find((one) => one === value) ?? 'all')}
        />
        <TextInput
          className="checks-search"
          size="xs"
          type="search"
          aria-label={TEXT.search}
          placeholder={TEXT.search}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          label={TEXT.failedFirst}
          checked={isFailedFirst}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            setShown((before) => ({ ...before, isFailedFirst: checked }));
          }}
        />
      </div>
      {groups.length === 0 ? (
        <Card>
          <EmptyState icon={IconFilterOff} title={TEXT.noMatch} action={<Button onClick={clear}>{TEXT.showAll}</Button>}>
            {TEXT.noMatchHint}
          </EmptyState>
        </Card>
      ) : (
        <div className="checks-groups">
          {groups.map(({ group, members, rows: shown }) => (
            <CheckGroupCard
              key={group}
              group={group}
              members={members}
              rows={shown}
              opened={opened}
              tabStop={tabStop}
              canRun={canRun}
              isStale={isStale}
              maxAgeMs={maxAgeMs}
              onToggle={toggle}
              onKeyDown={onKeyDown}
              onRun={onRun}
            />
          ))}
        </div>
      )}
    </>
  );
}
