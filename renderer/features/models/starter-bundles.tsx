import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { StarterList, StarterModel } from '../../../shared/capabilities/models/contract.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { sizeOfAll } from './model-search.ts';
import { describeBundle, describeBundleCount, describeFree, describeInstallBundle, describeShortage, describeSizes, TEXT } from './text.ts';

export interface StarterBundlesProps {
  readonly bundles: readonly StarterList['bundles'][number][];
  readonly models: readonly StarterModel[];
  readonly missing: (sources: readonly string[]) => readonly string[];
  readonly freeBytes: number | null;
  readonly isOff: boolean;
  /** `bytes` null: the size is not known. */
  readonly onInstall: (sources: readonly string[], bytes: number | null) => void;
}

/** Bundles can be 100 GB, so the first click shows the size and the second installs. */
export function StarterBundles({ bundles, models, missing, freeBytes, isOff, onInstall }: StarterBundlesProps) {
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
