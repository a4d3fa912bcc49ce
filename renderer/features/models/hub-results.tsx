import { Button, Group } from '@mantine/core';
import { IconCopy, IconDownload, IconExternalLink, IconSearchOff } from '@tabler/icons-react';
import type { ModelsState } from '../../../shared/capabilities/models/contract.ts';
import type { HubModel } from '../../../shared/capabilities/models/hub-contract.ts';
import { hasCode, toPanelError } from '../../../shared/errors.ts';
import { formatCount, formatDateTime } from '../../../shared/format.ts';
import { bridge } from '../../bridge.ts';
import { copyText } from '../../stores/copy-text.ts';
import { attempt } from '../../stores/notices.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import type { MenuEntry } from '../../ui/context-menu.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { describeAccess, describeFrom, describeOpen, describeResults, HUB_TEXT } from './hub-text.ts';
import { isInstalledOrQueued, isInstalledSource } from './installed-sources.ts';
import { describeBase, describeType } from './text.ts';
import type { HubSearch } from './use-hub-search.ts';

export interface HubResultsProps {
  readonly search: HubSearch;
  readonly state: ModelsState;
  readonly hostLabel: string;
  readonly onOpen: (id: string) => void;
}

/** The models that Hugging Face found, or why there are none. */
export function HubResults({ search, state, hostLabel, onOpen }: HubResultsProps) {
  const { answer, error, isSearching } = search;
  const isCancelled = error !== null && hasCode(toPanelError(error), 'hub-cancelled');
  return (
    <Card
      title={HUB_TEXT.results}
      aside={
        <Group gap="sm" className="models-small ada-quiet">
          <span role="status">
            {isSearching ? HUB_TEXT.searching : answer === undefined ? '' : describeResults(answer.models.length, answer.hasMore)}
          </span>
          {answer === undefined ? null : <span>{describeFrom(answer.from, answer.site, hostLabel)}</span>}
          {isSearching ? (
            <Button size="compact-xs" variant="default" onClick={search.cancel}>
              {HUB_TEXT.cancel}
            </Button>
          ) : (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => setPage('settings', { section: 'settings-hugging-face' })}
            >
              {HUB_TEXT.settings}
            </Button>
          )}
        </Group>
      }
    >
      {error !== null && !isSearching ? (
        <ErrorNotice
          error={toPanelError(error)}
          tone={isCancelled ? 'info' : 'warning'}
          action={
            <Button size="xs" variant="default" onClick={search.again}>
              {isCancelled ? HUB_TEXT.again : HUB_TEXT.retry}
            </Button>
          }
        />
      ) : (
        <DataTable
          id="hub-results"
          caption={HUB_TEXT.resultsTable}
          columns={columnsOf(state, onOpen)}
          rows={answer?.models ?? null}
          rowKey={({ id }) => id}
          isStale={isSearching && answer !== undefined}
          onRowOpen={({ id }) => onOpen(id)}
          rowMenu={(model) => menuOf(model, onOpen)}
          empty={
            <EmptyState icon={IconSearchOff} title={HUB_TEXT.none}>
              {HUB_TEXT.noneBody}
            </EmptyState>
          }
        />
      )}
      {answer?.hasMore === true && search.canShowMore ? (
        <Group justify="center" mt="xs">
          <Button size="xs" variant="default" loading={isSearching} onClick={search.showMore}>
            {HUB_TEXT.more}
          </Button>
        </Group>
      ) : null}
    </Card>
  );
}

/** What can be done with a model of Hugging Face. */
function menuOf({ id }: HubModel, onOpen: (id: string) => void): readonly MenuEntry[] {
  return [
    { id: 'open', label: HUB_TEXT.open, icon: IconDownload, run: () => onOpen(id) },
    { id: 'page', label: HUB_TEXT.openPage, icon: IconExternalLink, run: () => attempt(() => bridge.app.openModelPage({ id })) },
    { id: 'copy', label: HUB_TEXT.copyId, icon: IconCopy, run: () => copyText(id) },
  ];
}

function columnsOf(state: ModelsState, onOpen: (id: string) => void): readonly DataColumn<HubModel>[] {
  return [
    { id: 'id', label: HUB_TEXT.columnModel, minWidth: 230, sortBy: ({ id }) => id, cell: ({ id }) => id, title: ({ id }) => id },
    {
      id: 'licence',
      label: HUB_TEXT.columnLicence,
      width: 150,
      dropOrder: 6,
      sortBy: ({ licence }) => licence,
      cell: ({ licence }) => licence ?? <span className="ada-quiet">{HUB_TEXT.unknown}</span>,
      title: ({ licence }) => licence ?? undefined,
    },
    {
      id: 'access',
      label: HUB_TEXT.columnAccess,
      width: 148,
      sortBy: (model) => describeAccess(model).word,
      cell: (model) => <StatusWord {...describeAccess(model)} quiet />,
    },
    {
      id: 'base',
      label: HUB_TEXT.columnBase,
      width: 92,
      dropOrder: 5,
      sortBy: ({ base }) => (base === null ? null : describeBase(base)),
      cell: ({ base }) => (base === null ? <span className="ada-quiet">{HUB_TEXT.unknown}</span> : describeBase(base)),
    },
    {
      id: 'type',
      label: HUB_TEXT.columnType,
      width: 92,
      dropOrder: 3,
      sortBy: ({ type }) => (type === null ? null : describeType(type)),
      cell: ({ type, pipeline }) =>
        type === null ? <span className="ada-quiet">{pipeline ?? HUB_TEXT.unknown}</span> : describeType(type),
      title: ({ pipeline, library }) => [pipeline, library].filter((word) => word !== null).join(', ') || undefined,
    },
    {
      id: 'downloads',
      label: HUB_TEXT.columnDownloads,
      kind: 'number',
      width: 104,
      dropOrder: 4,
      sortBy: ({ downloads }) => downloads,
      cell: ({ downloads }) => formatCount(downloads),
    },
    {
      id: 'likes',
      label: HUB_TEXT.columnLikes,
      kind: 'number',
      width: 74,
      dropOrder: 1,
      sortBy: ({ likes }) => likes,
      cell: ({ likes }) => formatCount(likes),
    },
    {
      id: 'updated',
      label: HUB_TEXT.columnUpdated,
      kind: 'number',
      width: 104,
      dropOrder: 2,
      sortBy: ({ updatedAt }) => updatedAt,
      cell: ({ updatedAt }) => formatDateTime(updatedAt).slice(0, 10),
    },
    {
      id: 'state',
      label: HUB_TEXT.columnState,
      width: 142,
      cell: ({ id }) =>
        isInstalledSource(id, state.models) ? (
          <StatusWord tone="good" word={HUB_TEXT.installedState} quiet />
        ) : isInstalledOrQueued(id, state) ? (
          <StatusWord tone="busy" word={HUB_TEXT.queuedState} quiet />
        ) : (
          <Button size="compact-xs" variant="default" aria-label={describeOpen(id)} onClick={() => onOpen(id)}>
            {HUB_TEXT.open}
          </Button>
        ),
    },
  ];
}
