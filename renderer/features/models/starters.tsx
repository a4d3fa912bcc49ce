import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelsState, StarterList, StarterModel } from '../../../shared/capabilities/models/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { isInstalledOrQueued, isStarterInstalledOrQueued } from './installed-sources.ts';
import { searchedStarters, sizeOfAll } from './model-search.ts';
import {
  describeBase,
  describeBundle,
  describeBundleCount,
  describeFree,
  describeInstall,
  describeInstallBundle,
  describeMatches,
  describeSearch,
  describeShortage,
  describeSizes,
  describeType,
  TEXT,
} from './text.ts';

type Bundle = StarterList['bundles'][number];

export interface StartersProps {
  readonly state: ModelsState;
  /** The source that is being requested now. */
  readonly asking: string | null;
  /** `bytes` null: the size is not known. */
  readonly onInstall: (sources: readonly string[], bytes: number | null) => void;
}

/** The models and bundles that InvokeAI recommends, with a search. */
export function Starters({ state, asking, onInstall }: StartersProps) {
  const hostCalls = useHostBridge();
  const starters = useQuery({
    queryKey: ['models.starters', state.hostId, state.models?.length],
    queryFn: () => hostCalls.models.starters(),
  });
  const [search, setSearch] = useState('');
  const freeBytes = state.disk?.freeBytes ?? null;
  if (starters.error !== null) return <ErrorNotice error={toPanelError(starters.error)} tone="warning" />;
  if (starters.data === undefined) return <Text size="sm">{TEXT.loadingRecommended}</Text>;
  const { models, bundles } = starters.data;
  const missing = (sources: readonly string[]): readonly string[] => sources.filter((source) => !isInstalledOrQueued(source, state));
  const shown = searchedStarters(models, search);
  return (
    <section aria-label={TEXT.recommended}>
      <h3 className="models-subhead">{TEXT.recommended}</h3>
      {bundles.length === 0 ? null : (
        <Bundles bundles={bundles} models={models} missing={missing} freeBytes={freeBytes} isOff={asking !== null} onInstall={onInstall} />
      )}
      <TextInput
        className="models-search"
        size="sm"
        aria-label={TEXT.searchRecommended}
        placeholder={describeSearch(models.length)}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <p className="models-small ada-quiet" role="status">
        {search === '' ? '' : describeMatches(shown.length)}
      </p>
      <ul className="models-starters">
        {shown.map((starter) => {
          const wanted = [...missing(starter.needs), starter.source];
          const size = sizeOfAll(wanted, models);
          return (
            <Starter
              key={starter.source}
              starter={starter}
              isHere={isStarterInstalledOrQueued(starter, state)}
              isAsking={asking === starter.source}
              isOff={asking !== null}
              shortage={describeShortage(size.bytes, freeBytes)}
              onInstall={() => onInstall(wanted, size.unknown === 0 ? size.bytes : null)}
            />
          );
        })}
      </ul>
    </section>
  );
}

interface BundlesProps {
  readonly bundles: readonly Bundle[];
  readonly models: readonly StarterModel[];
  readonly missing: (sources: readonly string[]) => readonly string[];
  readonly freeBytes: number | null;
  readonly isOff: boolean;
  readonly onInstall: StartersProps['onInstall'];
}

/** Bundles can be 100 GB, so the first click shows the size and the second installs. */
function Bundles({ bundles, models, missing, freeBytes, isOff, onInstall }: BundlesProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const bundle = bundles.find(({ name }) => name === chosen);
  const wanted = bundle === undefined ? [] : missing(bundle.sources);
  const size = sizeOfAll(wanted, models);
  const shortage = describeShortage(size.bytes, freeBytes);
  return (
    <>
      <p className="models-small ada-quiet">{TEXT.bundlesNote}</p>
      <Group gap="xs" my="xs" role="group" aria-label={TEXT.bundles}>
        {bundles.map(({ name, sources }) => {
          const count = missing(sources).length;
          return (
            <Button
              key={name}
              size="xs"
              variant={name === chosen ? 'light' : 'default'}
              disabled={count === 0 || isOff}
              aria-pressed={name === chosen}
              onClick={() => setChosen(name === chosen ? null : name)}
            >
              {describeBundleCount(name, count)}
            </Button>
          );
        })}
      </Group>
      {bundle === undefined || wanted.length === 0 ? null : (
        <section className="models-bundle" aria-label={describeBundle(bundle.name)}>
          <p className="models-small">
            {describeSizes(size)} download{freeBytes === null || shortage !== null ? '' : ` ${describeFree(freeBytes)}`}
          </p>
          {shortage === null ? null : <StatusWord tone="warning" word={shortage} />}
          <Button
            size="xs"
            variant="filled"
            disabled={isOff || shortage !== null}
            onClick={() => {
              setChosen(null);
              onInstall(wanted, size.bytes === 0 ? null : size.bytes);
            }}
          >
            {describeInstallBundle(bundle.name, wanted.length)}
          </Button>
        </section>
      )}
    </>
  );
}

interface StarterProps {
  readonly starter: StarterModel;
  readonly isHere: boolean;
  readonly isAsking: boolean;
  readonly isOff: boolean;
  /** Why the model does not fit the disk; null = it fits, or the sizes are unknown. */
  readonly shortage: string | null;
  readonly onInstall: () => void;
}

function Starter({ starter, isHere, isAsking, isOff, shortage, onInstall }: StarterProps) {
  return (
    <li>
      <span className="models-starter-words">
        <b>{starter.name}</b>{' '}
        <span className="ada-quiet">
          {describeBase(starter.base)} {describeType(starter.type)}
          {starter.description === '' ? '' : ` · ${starter.description}`}
        </span>
        {isHere || shortage === null ? null : <StatusWord tone="warning" word={shortage} />}
      </span>
      {isHere ? (
        <StatusWord tone="good" word={TEXT.stateInstalled} quiet />
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          loading={isAsking}
          disabled={(isOff && !isAsking) || shortage !== null}
          aria-label={describeInstall(TEXT.install, starter.name)}
          onClick={onInstall}
        >
          {TEXT.install}
        </Button>
      )}
    </li>
  );
}
