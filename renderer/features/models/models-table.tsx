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
import { baseWords, filtered, NOT_RECOGNISED, typeWords } from './words.ts';

const ALL = 'all';

export interface ModelsTableProps {
  readonly models: readonly InstalledModel[];
  readonly isStale: boolean;
  readonly onDelete: (model: InstalledModel) => void;
}

/** Every model the backend has a record of, main models first. */
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
      title="Installed"
      aside={
        <div className="models-filter">
          {types.length < 2 ? null : (
            <SegmentedControl
              size="xs"
              aria-label="Kind of model"
              value={type}
              onChange={setType}
              data={[{ value: ALL, label: 'all' }, ...types.map((known) => ({ value: known, label: typeWords(known) }))]}
            />
          )}
          <TextInput
            size="xs"
            aria-label="Search models"
            placeholder="Search"
            leftSection={<IconSearch size={14} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      }
    >
      <DataTable
        id="models"
        caption="Installed models"
        columns={columns}
        rows={shown}
        rowKey={({ key }) => key}
        isStale={isStale}
        empty={
          <EmptyState icon={IconBox} title={models.length === 0 ? 'No model is installed' : 'No model matches'}>
            {models.length === 0
              ? 'Without a main model no picture can be made. The buttons above fetch one.'
              : 'Other words, or another kind, may find it.'}
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
      label: 'Model',
      minWidth: 200,
      sortBy: ({ name }) => name,
      cell: ({ name }) => name,
      title: ({ source, name }) => source ?? name,
    },
    { id: 'base', label: 'Base', width: 92, dropOrder: 3, sortBy: ({ base }) => baseWords(base), cell: ({ base }) => baseWords(base) },
    { id: 'type', label: 'Kind', width: 92, dropOrder: 2, sortBy: ({ type }) => typeWords(type), cell: ({ type }) => typeWords(type) },
    { id: 'format', label: 'Format', width: 118, dropOrder: 1, sortBy: formatWords, cell: formatWords },
    { id: 'size', label: 'Size', width: 92, kind: 'number', sortBy: ({ bytes }) => bytes, cell: ({ bytes }) => formatBytes(bytes) },
    {
      id: 'files',
      label: 'Files',
      width: 136,
      sortBy: (model) => filesWord(model).word,
      cell: (model) => <StatusWord {...filesWord(model)} quiet />,
      title: ({ isRecognised, isMissing }) => (isRecognised || isMissing ? undefined : NOT_RECOGNISED),
    },
    {
      id: 'actions',
      label: 'Actions',
      kind: 'actions',
      width: 44,
      cell: (model) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={`Delete ${model.name}`}
          disabled={isStale}
          onClick={() => onDelete(model)}
        >
          <IconTrash size={15} aria-hidden />
        </ActionIcon>
      ),
    },
  ];
}

const formatWords = ({ format }: InstalledModel): string => format.replaceAll('_', ' ');

function filesWord({ isMissing, isRecognised }: InstalledModel): { readonly tone: Tone; readonly word: string } {
  if (isMissing) return { tone: 'bad', word: 'missing' };
  return isRecognised ? { tone: 'good', word: 'OK' } : { tone: 'warning', word: 'not recognised' };
}
