import { Button } from '@mantine/core';
import type { PanelError } from '../../../shared/errors.ts';
import { useServiceActions, useServicesState } from '../../stores/services.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

export interface ProgramTroubleProps {
  readonly name: string;
  /** Names of units that may run it. */
  readonly unitPattern: RegExp;
  readonly error: PanelError;
  /** What holds while it is away, a sentence. */
  readonly meanwhile: string;
  readonly onAgain: () => void;
}

/** Why a program of the host does not answer; where its unit is stopped, with the button that starts it. */
export function ProgramTrouble({ name, unitPattern, error, meanwhile, onAgain }: ProgramTroubleProps) {
  const serviceActions = useServiceActions();
  const { units } = useServicesState();
  const unit = units.find((known) => unitPattern.test(known.name));
  const isStopped = unit !== undefined && (unit.activeState === 'inactive' || unit.activeState === 'failed');
  return (
    <ErrorNotice
      error={error}
      tone={isStopped ? 'warning' : 'bad'}
      action={
        <Button size="xs" variant="filled" onClick={isStopped ? () => void serviceActions.act(unit.name, 'start') : onAgain}>
          {isStopped ? `Start ${name}` : 'Try again'}
        </Button>
      }
    >
      {unit === undefined ? null : (
        <p className="models-small ada-quiet">
          systemd says of {unit.name.replace('.service', '')}: {unit.activeState}, {unit.subState}. {meanwhile}
        </p>
      )}
    </ErrorNotice>
  );
}
