import { ActionIcon, SegmentedControl, TextInput } from '@mantine/core';
import { IconBox, IconSearch, IconTrash } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { InstalledModel } from '../../../shared/capabilities/models/contract.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useView } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import type { Tone } from '../../ui/tone.tsx';
import { filtered } from './model-search.ts';
import { describeBase, describeDelete, describeType, NOT_RECOGNISED, TEXT } from './text.ts';

const ALL = 'all';

export interface ModelsTableProps {
  readonly models: readonly InstalledModel[];
  readonly isStale: boolean;
  readonly onDelete: (model: InstalledModel) => void;
}

/** All models that InvokeAI has a record of. */
export function ModelsTable({ models, isStale, onDelete }: ModelsTableProps) {
  const [search, setSearch] = useState('');
  const [type, setType] = useState(ALL);
  const wanted = useView(({ target }) => target?.model);
  useEffect(() => {
    if (wanted === undefined) return;
    setSearch(wanted);
    setType(ALL);
  }, [wanted]);
  const types = [...new Set(models.map((model) => model.type))].slice(0, 5);
  const shown = useMemo(() => filtered(models, { search, type: type === ALL ? null : type }), [models, search, type]);
  const columns = useMemo(() => modelColumns(isStale, onDelete), [isStale, onDelete]);
  return (
    <Card
      title={TEXT.installed}
      aside={
        <div className="models-filter">
          {types.length < 2 ? null : (
            <SegmentedControl
              size="xs"
              aria-label={TEXT.modelType}
              value={type}
              onChange={setType}
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
        isStale={isStale}
        empty={
          <EmptyState icon={IconBox} title={models.length === 0 ? TEXT.noModels : TEXT.noMatch}>
            {models.length === 0 ? TEXT.noModelsBody : TEXT.noMatchBody}
          </EmptyState>
        }
      />
    </Card>
  );
}

function modelColumns(isStale: boolean, onDelete: (model: InstalledModel) => void): readonly DataColumn<InstalledModel>[] {
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
      dropOrder: 3,
      sortBy: ({ base }) => describeBase(base),
      cell: ({ base }) => describeBase(base),
    },
    {
      id: 'type',
      label: TEXT.columnType,
      width: 92,
      dropOrder: 2,
      sortBy: ({ type }) => describeType(type),
      cell: ({ type }) => describeType(type),
    },
    { id: 'format', label: TEXT.columnFormat, width: 118, dropOrder: 1, sortBy: describeFormat, cell: describeFormat },
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
      width: 44,
      cell: (model) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={describeDelete(model.name)}
          disabled={isStale}
          onClick={() => onDelete(model)}
        >
          <IconTrash size={15} aria-hidden />
        </ActionIcon>
      ),
    },
  ];
}

const describeFormat = ({ format }: InstalledModel): string => format.replaceAll('_', ' ');

function filesWord({ isMissing, isRecognised }: InstalledModel): { readonly tone: Tone; readonly word: string } {
  if (isMissing) return { tone: 'bad', word: TEXT.filesMissing };
  return isRecognised ? { tone: 'good', word: TEXT.filesOk } : { tone: 'warning', word: TEXT.notRecognised };
}
