import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import { formatBytes } from '../../../shared/format.ts';
import { sayError } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';

/** A model that one button gets. */
export interface OneButton {
  readonly id: string;
  readonly label: string;
  readonly why: string;
  readonly bytes: number;
}

export interface OneButtonsProps<T extends OneButton> {
  readonly wanted: readonly T[];
  /** `Install`, `Fetch`. */
  readonly verb: string;
  readonly disk: ModelsDisk | null;
  readonly isOff: boolean;
  readonly onGet: (model: T) => Promise<unknown>;
}

/** The guide's models that are not there yet, each with its size and the disk before and after it. */
export function OneButtons<T extends OneButton>({ wanted, verb, disk, isOff, onGet }: OneButtonsProps<T>) {
  const [asking, setAsking] = useState<string | null>(null);
  if (wanted.length === 0) return null;
  const get = (model: T): void => {
    setAsking(model.id);
    onGet(model)
      .catch(sayError)
      .finally(() => setAsking(null));
  };
  return (
    <div className="models-one-buttons">
      {wanted.map((model) => (
        <Card key={model.id} compact>
          <div className="models-one">
            <span>
              <b>{model.label}</b>
              <br />
              <span className="ada-quiet models-small">
                {model.why}, about {formatBytes(model.bytes)}
                {disk === null ? '' : `; ${formatBytes(disk.freeBytes)} free now, ${formatBytes(disk.freeBytes - model.bytes)} after it`}
              </span>
            </span>
            <Button size="xs" variant="light" disabled={isOff || asking !== null} loading={asking === model.id} onClick={() => get(model)}>
              {verb} {model.label}
            </Button>
          </div>
        </Card>
      ))}
    </div>
  );
}
