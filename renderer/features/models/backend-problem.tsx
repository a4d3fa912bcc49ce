import { Button } from '@mantine/core';
import type { PanelError } from '../../../shared/errors.ts';
import { useServiceActions, useServicesState } from '../../stores/services.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { describeStart, describeUnit, TEXT } from './text.ts';

export interface BackendProblemProps {
  readonly name: string;
  /** Matches the names of units that can run the program. */
  readonly unitPattern: RegExp;
  readonly error: PanelError;
  /** What still works meanwhile, as a sentence. */
  readonly meanwhile: string;
  readonly onAgain: () => void;
}

/** Why a program does not respond, with a button that starts its unit when that is stopped. */
export function BackendProblem({ name, unitPattern, error, meanwhile, onAgain }: BackendProblemProps) {
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
          {isStopped ? describeStart(name) : TEXT.retry}
        </Button>
      }
    >
      {unit === undefined ? null : (
        <p className="models-small ada-quiet">
          {describeUnit(unit.name.replace('.service', ''), unit.activeState, unit.subState)} {meanwhile}
        </p>
      )}
    </ErrorNotice>
  );
}
