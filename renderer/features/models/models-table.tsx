import { ActionIcon, SegmentedControl, TextInput } from '@mantine/core';
import { IconBox, IconCopy, IconPhotoAi, IconSearch, IconTrash } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import type { InstalledModel, ModelsState } from '../../../shared/capabilities/models/contract.ts';
import { formatBytes, formatDateTime } from '../../../shared/format.ts';
import { lookup } from '../../../shared/lookup.ts';
import { copyText } from '../../stores/copy-text.ts';
import { changeDraft } from '../../stores/images.ts';
import { setPage, useView } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import type { MenuEntry } from '../../ui/context-menu.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import type { Tone } from '../../ui/tone.tsx';
import { filtered } from './model-search.ts';
import { useInstalledSearch, useInstalledType } from './page-state.ts';
import { whyNotInPlayground } from './playground-model.ts';
import { describeBase, describeDelete, describeDeleteFrees, describeType, describeUse, NOT_RECOGNISED, TEXT } from './text.ts';

const ALL = 'all';

export interface ModelsTableProps {
  readonly models: readonly InstalledModel[];
  /** Epoch ms by key. */
  readonly lastUsed: ModelsState['lastUsed'];
  readonly isStale: boolean;
  readonly onDelete: (model: InstalledModel) => void;
}

/** All models that InvokeAI has a record of. */
export function ModelsTable({ models, lastUsed, isStale, onDelete }: ModelsTableProps) {
  const [search, setSearch] = useInstalledSearch();
  const [type, setType] = useInstalledType();
  const wanted = useView(({ target }) => target?.model);
  useEffect(() => {
    if (wanted === undefined) return;
    setSearch(wanted);
    setType(null);
  }, [wanted, setSearch, setType]);
  const types = [...new Set(models.map((model) => model.type))].slice(0, 5);
  const shown = useMemo(() => filtered(models, { search, type }), [models, search, type]);
  const columns = useMemo(() => modelColumns({ lastUsed, isStale, onDelete }), [lastUsed, isStale, onDelete]);
  return (
    <Card
      title={TEXT.installed}
      aside={
        <div className="models-filter">
          {types.length < 2 ? null : (
            <SegmentedControl
              size="xs"
              aria-label={TEXT.modelType}
              value={type ?? ALL}
              onChange={(value) => setType(value === ALL ? null : value)}
              data={[{ value: ALL, label: TEXT.allTypes }, ...types.map((known) => ({ value: known, label: describeType(known) }))]}
            />
          )}
          <TextInput
            size="xs"
            aria-label={TEXT.searchModels}
            placeholder={TEXT.search}
            leftSection={<IconSearch size={14} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      }
    >
      <DataTable
        id="models"
        caption={TEXT.installedTable}
        columns={columns}
        rows={shown}
        rowKey={({ key }) => key}
        rowName={({ name }) => name}
        isStale={isStale}
        onRowOpen={openInPlayground}
        rowMenu={(model) => menuOf(model, isStale, onDelete)}
        empty={
          <EmptyState icon={IconBox} title={models.length === 0 ? TEXT.noModels : TEXT.noMatch}>
            {models.length === 0 ? TEXT.noModelsBody : TEXT.noMatchBody}
          </EmptyState>
        }
      />
    </Card>
  );
}

function openInPlayground(model: InstalledModel): void {
  if (whyNotInPlayground(model) !== null) return;
  // Other ways may not offer a model of InvokeAI.
  changeDraft({ model: model.name, route: 'backend' });
  setPage('playground');
}

function menuOf(model: InstalledModel, isStale: boolean, onDelete: (model: InstalledModel) => void): readonly MenuEntry[] {
  const copied = model.source ?? model.path;
  return [
    {
      id: 'use',
      label: TEXT.useInPlayground,
      icon: IconPhotoAi,
      unavailable: whyNotInPlayground(model),
      run: () => openInPlayground(model),
    },
    {
      id: 'copy-name',
      label: TEXT.copyName,
      icon: IconCopy,
      run: () => copyText(model.name),
    },
    {
      id: 'copy-source',
      label: TEXT.copySource,
      icon: IconCopy,
      unavailable: copied === null ? TEXT.sourceUnknown : null,
      run: () => copyText(copied ?? ''),
    },
    {
      id: 'delete',
      label: describeDeleteFrees(model),
      icon: IconTrash,
      isDangerous: true,
      unavailable: isStale ? TEXT.afterResponse : null,
      run: () => onDelete(model),
    },
  ];
}

interface ColumnParts {
  readonly lastUsed: ModelsState['lastUsed'];
  readonly isStale: boolean;
  readonly onDelete: (model: InstalledModel) => void;
}

function modelColumns({ lastUsed, isStale, onDelete }: ColumnParts): readonly DataColumn<InstalledModel>[] {
  return [
    {
      id: 'name',
      label: TEXT.columnModel,
      minWidth: 200,
      sortBy: ({ name }) => name,
      cell: ({ name }) => name,
      title: ({ source, name }) => source ?? name,
    },
    {
      id: 'base',
      label: TEXT.columnBase,
      width: 92,
      dropOrder: 4,
      sortBy: ({ base }) => describeBase(base),
      cell: ({ base }) => describeBase(base),
    },
    {
      id: 'type',
      label: TEXT.columnType,
      width: 92,
      dropOrder: 3,
      sortBy: ({ type }) => describeType(type),
      cell: ({ type }) => describeType(type),
    },
    { id: 'format', label: TEXT.columnFormat, width: 118, dropOrder: 1, sortBy: describeFormat, cell: describeFormat },
    {
      id: 'used',
      label: TEXT.columnLastUsed,
      width: 158,
      dropOrder: 2,
      kind: 'number',
      sortBy: ({ key }) => lookup(lastUsed, key) ?? null,
      cell: ({ key }) => {
        const at = lookup(lastUsed, key);
        return at === undefined ? <span className="ada-quiet">{TEXT.unknown}</span> : formatDateTime(at);
      },
      title: ({ key }) => (lookup(lastUsed, key) === undefined ? TEXT.lastUsedUnknown : TEXT.lastUsedNote),
    },
    {
      id: 'size',
      label: TEXT.columnSize,
      width: 92,
      kind: 'number',
      sortBy: ({ bytes }) => bytes,
      cell: ({ bytes }) => formatBytes(bytes),
    },
    {
      id: 'files',
      label: TEXT.columnFiles,
      width: 136,
      sortBy: (model) => filesWord(model).word,
      cell: (model) => <StatusWord {...filesWord(model)} quiet />,
      title: ({ isRecognised, isMissing }) => (isRecognised || isMissing ? undefined : NOT_RECOGNISED),
    },
    {
      id: 'actions',
      label: TEXT.columnActions,
      kind: 'actions',
      width: 76,
      cell: (model) => {
        const obstacle = whyNotInPlayground(model);
        return (
          <span className="models-row-actions">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={describeUse(model.name)}
              title={obstacle ?? TEXT.useInPlayground}
              disabled={obstacle !== null}
              onClick={() => openInPlayground(model)}
            >
              <IconPhotoAi size={15} aria-hidden />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={describeDelete(model.name)}
              title={describeDeleteFrees(model)}
              disabled={isStale}
              onClick={() => onDelete(model)}
            >
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          </span>
        );
      },
    },
  ];
}

const describeFormat = ({ format }: InstalledModel): string => format.replaceAll('_', ' ');

function filesWord({ isMissing, isRecognised }: InstalledModel): { readonly tone: Tone; readonly word: string } {
  if (isMissing) return { tone: 'bad', word: TEXT.filesMissing };
  return isRecognised ? { tone: 'good', word: TEXT.filesOk } : { tone: 'warning', word: TEXT.notRecognised };
}
