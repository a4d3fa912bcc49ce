import { ActionIcon, SegmentedControl, TextInput } from '@mantine/core';
import { IconBox, IconSearch, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { InstalledModel } from '../../../shared/capabilities/models/contract.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
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
  const types = [...new Set(models.map((model) => model.type))].slice(0, 5);
  const shown = filtered(models, { search, type: type === ALL ? null : type });
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
      {shown.length === 0 ? (
        <EmptyState icon={IconBox} title={models.length === 0 ? 'No model is installed' : 'No model matches'}>
          {models.length === 0
            ? 'Without a main model no picture can be made. The buttons above fetch one.'
            : 'Other words, or another kind, may find it.'}
        </EmptyState>
      ) : (
        <table className="models-table">
          <colgroup>
            <col />
            <col style={{ width: 92 }} />
            <col style={{ width: 92 }} />
            <col style={{ width: 118 }} className="models-wide" />
            <col style={{ width: 92 }} />
            <col style={{ width: 136 }} />
            <col style={{ width: 44 }} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Base</th>
              <th scope="col">Kind</th>
              <th scope="col" className="models-wide">
                Format
              </th>
              <th scope="col" className="models-right">
                Size
              </th>
              <th scope="col">Files</th>
              <th scope="col">
                <span className="models-hidden">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((model) => (
              <tr key={model.key} data-stale={isStale || undefined}>
                <th scope="row" className="models-cut" title={model.source ?? model.name}>
                  {model.name}
                </th>
                <td className="models-cut">{baseWords(model.base)}</td>
                <td className="models-cut">{typeWords(model.type)}</td>
                <td className="models-cut models-wide">{model.format.replaceAll('_', ' ')}</td>
                <td className="models-right">{formatBytes(model.bytes)}</td>
                <td>
                  <span title={model.isRecognised || model.isMissing ? undefined : NOT_RECOGNISED}>
                    <StatusWord {...filesWord(model)} quiet />
                  </span>
                </td>
                <td className="models-right">
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
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function filesWord({ isMissing, isRecognised }: InstalledModel): { readonly tone: Tone; readonly word: string } {
  if (isMissing) return { tone: 'bad', word: 'missing' };
  return isRecognised ? { tone: 'good', word: 'OK' } : { tone: 'warning', word: 'not recognised' };
}
