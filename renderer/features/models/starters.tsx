import { Button, Group, Text } from '@mantine/core';
import { IconBoxOff, IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelsState, StarterModel } from '../../../shared/capabilities/models/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { Card } from '../../ui/card.tsx';
import type { MenuEntry } from '../../ui/context-menu.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { describeOpen, describeRecommended, describeShowAll, HUB_TEXT } from './hub-text.ts';
import { isInstalledOrQueued, isStarterInstalledOrQueued } from './installed-sources.ts';
import { searchedStarters, sizeOfAll } from './model-search.ts';
import type { Needs } from './needs.ts';
import { repoOfSource } from './source-kind.ts';
import { StarterBundles } from './starter-bundles.tsx';
import { describeBase, describeInstall, describeMatches, describeShortage, describeType, TEXT } from './text.ts';
import { useInstall } from './use-install.ts';

/** Rows of a search, above those of Hugging Face. */
const FEW = 3;

export interface StartersProps {
  readonly state: ModelsState;
  /** Empty: all of them, and the bundles. */
  readonly search: string;
  /** Opens licence and size of what a starter is fetched from. */
  readonly onOpen: (id: string, source: string, needs: Needs) => void;
}

/** A starter with what the table shows of it. */
interface StarterRow {
  readonly starter: StarterModel;
  readonly isHere: boolean;
  /** It and what it needs that is not installed, in order. */
  readonly wanted: readonly string[];
  /** Null = not all sizes are stated. */
  readonly bytes: number | null;
  readonly shortage: string | null;
}

/** The models and bundles that InvokeAI recommends; with a search the ones that match. */
export function Starters({ state, search, onOpen }: StartersProps) {
  const host = useHostBridge();
  const [areAllShown, setAllShown] = useState(false);
  const { install, asking, error } = useInstall();
  const starters = useQuery({
    queryKey: ['models.starters', state.hostId, state.models?.length],
    queryFn: () => host.models.starters(),
    enabled: state.phase.kind === 'live',
  });
  if (starters.error !== null) return <ErrorNotice error={toPanelError(starters.error)} tone="warning" />;
  if (starters.data === undefined) return <Text size="sm">{TEXT.loadingRecommended}</Text>;
  const { models, bundles } = starters.data;
  const freeBytes = state.disk?.freeBytes ?? null;
  const isOff = asking !== null || state.phase.kind !== 'live';
  const missing = (sources: readonly string[]): readonly string[] => sources.filter((source) => !isInstalledOrQueued(source, state));
  const begin = (sources: readonly string[], bytes: number | null): void => void install({ sources, bytes });
  const found = searchedStarters(models, search);
  const isSearch = search.trim() !== '';
  const rows = (isSearch && !areAllShown ? found.slice(0, FEW) : found).map((starter): StarterRow => {
    const wanted = [...missing(starter.needs), starter.source];
    const { bytes, unknown } = sizeOfAll(wanted, models);
    return {
      starter,
      isHere: isStarterInstalledOrQueued(starter, state),
      wanted,
      bytes: unknown === 0 ? bytes : null,
      shortage: describeShortage(bytes, freeBytes),
    };
  });
  if (isSearch && found.length === 0) return null;
  const openRow = ({ starter, wanted }: StarterRow): void => {
    const id = repoOfSource(starter.source);
    if (id === null) return;
    const sources = wanted.slice(0, -1);
    const { bytes, unknown } = sizeOfAll(sources, models);
    onOpen(id, starter.source, { sources, bytes: unknown === 0 ? bytes : null });
  };
  return (
    <Card
      title={TEXT.recommended}
      aside={
        <span className="models-small ada-quiet" role="status">
          {isSearch ? describeMatches(found.length) : describeRecommended(models.length)}
        </span>
      }
    >
      {isSearch || bundles.length === 0 ? null : (
        <StarterBundles bundles={bundles} models={models} missing={missing} freeBytes={freeBytes} isOff={isOff} onInstall={begin} />
      )}
      {error === null ? null : <ErrorNotice error={error} />}
      <DataTable
        id="starters"
        caption={TEXT.recommendedTable}
        columns={columnsOf({ asking, isOff, onInstall: (row) => begin(row.wanted, row.bytes), onOpen: openRow })}
        rows={rows}
        rowKey={({ starter }) => starter.source}
        rowName={({ starter }) => starter.name}
        rowTitle={({ starter }) => starter.description || undefined}
        isStale={state.phase.kind !== 'live'}
        onRowOpen={openRow}
        rowMenu={(row) => menuOf(row, isOff, openRow, () => begin(row.wanted, row.bytes))}
        empty={<EmptyState icon={IconBoxOff} title={TEXT.noMatch} />}
      />
      {isSearch && found.length > FEW && !areAllShown ? (
        <Group justify="center" mt="xs">
          <Button size="xs" variant="default" onClick={() => setAllShown(true)}>
            {describeShowAll(found.length)}
          </Button>
        </Group>
      ) : null}
    </Card>
  );
}

function menuOf(row: StarterRow, isOff: boolean, onOpen: (row: StarterRow) => void, onInstall: () => void): readonly MenuEntry[] {
  const { starter, isHere, shortage } = row;
  return [
    {
      id: 'install',
      label: describeInstall(TEXT.install, starter.name),
      icon: IconDownload,
      unavailable: isHere ? TEXT.stateInstalled : (shortage ?? (isOff ? TEXT.busy : null)),
      run: onInstall,
    },
    {
      id: 'open',
      label: HUB_TEXT.open,
      unavailable: repoOfSource(starter.source) === null ? TEXT.notOnHub : null,
      run: () => onOpen(row),
    },
  ];
}

interface ColumnActions {
  readonly asking: string | null;
  readonly isOff: boolean;
  readonly onInstall: (row: StarterRow) => void;
  readonly onOpen: (row: StarterRow) => void;
}

function columnsOf({ asking, isOff, onInstall, onOpen }: ColumnActions): readonly DataColumn<StarterRow>[] {
  return [
    {
      id: 'name',
      label: TEXT.columnModel,
      minWidth: 220,
      kind: 'prose',
      sortBy: ({ starter }) => starter.name,
      cell: ({ starter, isHere, shortage }) => (
        <>
          <b>{starter.name}</b>
          <span className="models-starter-note ada-quiet">{starter.description}</span>
          {isHere || shortage === null ? null : <StatusWord tone="warning" word={shortage} />}
        </>
      ),
    },
    {
      id: 'base',
      label: TEXT.columnBase,
      width: 104,
      dropOrder: 2,
      sortBy: ({ starter }) => describeBase(starter.base),
      cell: ({ starter }) => describeBase(starter.base),
    },
    {
      id: 'type',
      label: TEXT.columnType,
      width: 112,
      dropOrder: 1,
      sortBy: ({ starter }) => describeType(starter.type),
      cell: ({ starter }) => describeType(starter.type),
    },
    {
      id: 'size',
      label: TEXT.columnSize,
      kind: 'number',
      width: 142,
      sortBy: ({ bytes }) => bytes,
      cell: (row) =>
        row.bytes !== null ? (
          formatBytes(row.bytes)
        ) : repoOfSource(row.starter.source) === null ? (
          <span className="ada-quiet">{HUB_TEXT.unknown}</span>
        ) : (
          <Button size="compact-xs" variant="subtle" color="gray" aria-label={describeOpen(row.starter.name)} onClick={() => onOpen(row)}>
            {HUB_TEXT.open}
          </Button>
        ),
    },
    {
      id: 'actions',
      label: TEXT.columnActions,
      kind: 'actions',
      width: 104,
      cell: (row) =>
        row.isHere ? (
          <StatusWord tone="good" word={TEXT.stateInstalled} quiet />
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            loading={asking === row.starter.source}
            disabled={(isOff && asking !== row.starter.source) || row.shortage !== null}
            aria-label={describeInstall(TEXT.install, row.starter.name)}
            onClick={() => onInstall(row)}
          >
            {TEXT.install}
          </Button>
        ),
    },
  ];
}
