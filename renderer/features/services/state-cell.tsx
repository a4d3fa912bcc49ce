import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { UNKNOWN } from '../../../shared/format.ts';
import { useAction, usePressed, useServiceActions } from '../../stores/services.ts';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeLastSeen, describeProgress, describeReason, describeRequested, describeSince, TEXT, type UnitText } from './text.ts';

/** How long the row shows the result of an action. */
const DONE_FOR_MS = 8000;

export interface StateCellProps {
  readonly unit: ServiceUnit;
  readonly words: UnitText;
  readonly clockOffsetMs: number;
  /** The host is not connected, so that the state is the last known one. */
  readonly isStale: boolean;
  /** The restarts have no column of their own. */
  readonly showsRestarts: boolean;
  readonly onOpen: () => void;
}

/** The state of a unit and its age, or the action in progress. */
export function StateCell({ unit, words, clockOffsetMs, isStale, showsRestarts, onOpen }: StateCellProps) {
  const serviceActions = useServiceActions();
  const now = useNow();
  const action = useAction(unit.name);
  const pressed = usePressed(unit.name);

  useEffect(() => {
    if (action?.kind !== 'done') return;
    // The time counts from the end of the action, also on a page that opens later; the wall clock may have been set back meanwhile.
    const leftMs = Math.min(DONE_FOR_MS, action.startedAt + action.elapsedMs + DONE_FOR_MS - Date.now());
    const timer = setTimeout(() => serviceActions.dismiss(unit.name), Math.max(0, leftMs));
    return () => clearTimeout(timer);
  }, [action, unit.name, serviceActions]);

  if (pressed !== null) return <StatusWord tone="busy" word={describeRequested(pressed.verb)} />;
  if (action !== null) {
    const { tone, word } = describeProgress(action, now);
    return (
      <div>
        <StatusWord tone={tone} word={word} />
        <div className="services-quiet">
          {action.kind === 'failed' ? (
            <Button size="compact-xs" variant="subtle" color="red" onClick={onOpen}>
              {TEXT.showError}
            </Button>
          ) : action.kind === 'asking-sudo' ? (
            TEXT.passwordPrompt
          ) : (
            `${action.activeState} (${action.subState})`
          )}
        </div>
      </div>
    );
  }
  // A number does not leave its unit at the end of a line.
  const since = describeSince(unit, now + clockOffsetMs).replaceAll(' ', '\u00a0');
  const word = isStale ? describeLastSeen(unit) : words.word;
  return (
    <div className="services-state" title={`${word}. ${unit.activeState} (${unit.subState})`}>
      <StatusWord tone={isStale ? 'stale' : words.tone} word={word} />
      <div className="services-quiet services-cut">
        {describeReason(unit, isStale ? UNKNOWN : since)}
        {showsRestarts && (unit.restarts ?? 0) > 0 ? ` · ${unit.restarts} restarts` : null}
      </div>
    </div>
  );
}
