import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type RefObject, useState } from 'react';
import type { ModelsState } from '../../../shared/capabilities/models/contract.ts';
import { HUB_KINDS, type HubKind } from '../../../shared/capabilities/models/hub-contract.ts';
import { Card } from '../../ui/card.tsx';
import { isComposing } from '../../ui/composing.ts';
import { type HubChoice, HubDialog } from './hub-dialog.tsx';
import { HubResults } from './hub-results.tsx';
import { describeDiskLine, describeOpen, HUB_TEXT, KIND_TEXT } from './hub-text.ts';
import { type Needs, NO_NEEDS } from './needs.ts';
import { useAddSearch, useHubKind } from './page-state.ts';
import { SourceCard } from './source-card.tsx';
import { readSource } from './source-kind.ts';
import { Starters } from './starters.tsx';
import { useHubSearch } from './use-hub-search.ts';

export interface AddModelsProps {
  readonly state: ModelsState;
  readonly hostLabel: string;
  readonly field: RefObject<HTMLInputElement | null>;
}

/** Adds models: one field for words, a repository, an address or a path; below it InvokeAI's recommendations and Hugging Face. */
export function AddModels({ state, hostLabel, field }: AddModelsProps) {
  const [typed, setTyped] = useAddSearch();
  const [kind, setKind] = useHubKind();
  const [choice, setChoice] = useState<HubChoice | null>(null);
  const source = readSource(typed);
  const isOff = state.phase.kind !== 'live';
  const isSearch = source.kind === 'words' || source.kind === 'repo';
  const search = useHubSearch(isSearch ? (source.kind === 'repo' ? source.id : typed) : null, kind);
  const open = (id: string, chosen: string | null = null, needs: Needs = NO_NEEDS): void => setChoice({ id, source: chosen, needs });
  return (
    <>
      <Card>
        <div className="models-add">
          <TextInput
            ref={field}
            className="models-add-field"
            size="sm"
            aria-label={HUB_TEXT.field}
            placeholder={HUB_TEXT.fieldExample}
            description={HUB_TEXT.field}
            leftSection={<IconSearch size={15} aria-hidden />}
            value={typed}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && typed !== '') setTyped('');
              if (event.key !== 'Enter' || isComposing(event)) return;
              if (source.kind === 'repo') open(source.id, source.source === source.id ? null : source.source);
              else search.now();
            }}
          />
          <SegmentedControl<HubKind>
            size="xs"
            aria-label={HUB_TEXT.kind}
            value={kind}
            onChange={setKind}
            data={HUB_KINDS.map((value) => ({ value, label: KIND_TEXT[value] }))}
          />
        </div>
        <p className="models-small ada-quiet models-disk-line">{describeDiskLine(state.disk, isOff)}</p>
        {source.kind === 'repo' ? (
          <Button
            mt="xs"
            size="xs"
            variant="light"
            disabled={isOff}
            onClick={() => open(source.id, source.source === source.id ? null : source.source)}
          >
            {describeOpen(source.source)}
          </Button>
        ) : null}
      </Card>
      {source.kind === 'url' || source.kind === 'path' ? (
        <SourceCard key={source.kind} source={source} isOff={isOff} onStarted={() => setTyped('')} />
      ) : null}
      {source.kind === 'words' || source.kind === 'empty' ? <Starters state={state} search={typed} onOpen={open} /> : null}
      {isSearch ? <HubResults search={search} state={state} hostLabel={hostLabel} onOpen={(id) => open(id)} /> : null}
      {choice === null ? null : <HubDialog choice={choice} state={state} hostLabel={hostLabel} onClose={() => setChoice(null)} />}
    </>
  );
}
