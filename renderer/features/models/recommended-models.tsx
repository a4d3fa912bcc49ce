import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import { addErrorNotice } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeInstall, describeOffer, describeShortage } from './text.ts';

/** A recommended model with a button that installs it. */
export interface RecommendedModel {
  readonly id: string;
  readonly label: string;
  readonly why: string;
  readonly bytes: number;
}

export interface RecommendedModelsProps<T extends RecommendedModel> {
  readonly recommended: readonly T[];
  /** `Install`, `Fetch`. */
  readonly verb: string;
  readonly disk: ModelsDisk | null;
  readonly isOff: boolean;
  readonly onGet: (model: T) => Promise<unknown>;
}

/** Recommended models that are not installed, with their size and whether they fit the disk. */
export function RecommendedModels<T extends RecommendedModel>({
  recommended: wanted,
  verb,
  disk,
  isOff,
  onGet,
}: RecommendedModelsProps<T>) {
  const [asking, setAsking] = useState<string | null>(null);
  if (wanted.length === 0) return null;
  const get = (model: T): void => {
    setAsking(model.id);
    onGet(model)
      .catch(addErrorNotice)
      .finally(() => setAsking(null));
  };
  return (
    <div className="models-recommended-list">
      {wanted.map((model) => {
        const freeBytes = disk?.freeBytes ?? null;
        const shortage = describeShortage(model.bytes, freeBytes);
        const shortageId = `shortage-${model.id}`;
        return (
          <Card key={model.id} compact>
            <div className="models-one">
              <span>
                <b>{model.label}</b>
                <br />
                <span className="ada-quiet models-small">
                  {describeOffer(model.why, model.bytes, shortage === null ? freeBytes : null)}
                </span>
                {shortage === null ? null : (
                  <>
                    <br />
                    <span id={shortageId}>
                      <StatusWord tone="warning" word={shortage} />
                    </span>
                  </>
                )}
              </span>
              <Button
                size="xs"
                variant="light"
                disabled={isOff || asking !== null || shortage !== null}
                aria-describedby={shortage === null ? undefined : shortageId}
                loading={asking === model.id}
                onClick={() => get(model)}
              >
                {describeInstall(verb, model.label)}
              </Button>
            </div>
          </Card>
        );
      })}
    </div>
  );
}
