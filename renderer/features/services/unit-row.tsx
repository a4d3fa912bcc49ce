import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { formatBytes, formatMiB, formatPercent, UNKNOWN } from '../../../shared/format.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useAction, usePressed, useServiceActions } from '../../stores/services.ts';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import {
  describeBoot,
  describeDetails,
  describeLastResult,
  describeLastSeen,
  describeProgress,
  describeReason,
  describeRequested,
  describeSince,
  TEXT,
  type UnitWords,
} from './text.ts';
import { UnitButtons } from './unit-buttons.tsx';

/** How long the row shows the result of an action. */
const DONE_FOR_MS = 8000;

export interface UnitRowProps {
  readonly unit: ServiceUnit;
  readonly words: UnitWords;
  /** VRAM of its processes; null = the GPU is not read, NaN = a process has no figure. */
  readonly heldVramMiB: number | null;
  readonly clockOffsetMs: number;
  /** The host is not connected, so that the state is the last known one. */
  readonly isStale: boolean;
  readonly onOpen: () => void;
  readonly onVerb: (verb: Verb) => void;
  readonly onUnpin: () => void;
  readonly onMove: (by: -1 | 1) => void;
}

function StateCell({
  unit,
  words,
  clockOffsetMs,
  isStale,
  onOpen,
}: Pick<UnitRowProps, 'unit' | 'words' | 'clockOffsetMs' | 'isStale' | 'onOpen'>) {
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
  const since = describeSince(unit, now + clockOffsetMs);
  return (
    <div title={`${unit.activeState} (${unit.subState})`}>
      <StatusWord tone={isStale ? 'stale' : words.tone} word={isStale ? describeLastSeen(unit) : words.word} />
      <div className="services-quiet">
        {describeReason(unit, isStale ? UNKNOWN : since)}
        {(unit.restarts ?? 0) > 0 ? <span className="services-narrow"> · {unit.restarts} restarts</span> : null}
      </div>
    </div>
  );
}

/** One unit with its state and actions. */
export function UnitRow(props: UnitRowProps) {
  const { unit, isStale, heldVramMiB } = props;
  const action = useAction(unit.name);
  const pressed = usePressed(unit.name);
  const isBusy = pressed !== null || action?.kind === 'running' || action?.kind === 'asking-sudo';
  const busyVerb = pressed?.verb ?? (isBusy ? (action?.verb ?? null) : null);
  return (
    <tr data-stale={isStale || undefined} data-unit={unit.name}>
      <td>
        <button
          type="button"
          className="services-name"
          title={unit.name}
          onClick={props.onOpen}
          aria-label={describeDetails(shortUnitName(unit.name))}
        >
          {shortUnitName(unit.name)}
        </button>
        <div className="services-quiet services-cut" title={unit.description}>
          {unit.description === '' ? unit.name : unit.description}
        </div>
      </td>
      <td className="services-state">
        <StateCell unit={unit} words={props.words} clockOffsetMs={props.clockOffsetMs} isStale={isStale} onOpen={props.onOpen} />
      </td>
      <td className="services-number services-figure">{heldVramMiB === 0 ? UNKNOWN : formatMiB(heldVramMiB)}</td>
      <td className="services-number services-figure">{formatBytes(unit.memoryCurrentBytes)}</td>
      <td className="services-number services-figure" title={TEXT.ofOneCore}>
        {formatPercent(unit.cpuPercent)}
      </td>
      <td className="services-number services-wide">{unit.restarts ?? UNKNOWN}</td>
      <td className="services-number services-wide">{unit.mainPid === null || unit.mainPid === 0 ? UNKNOWN : unit.mainPid}</td>
      <td className="services-boot">{describeBoot(unit.unitFileState)}</td>
      <td className="services-wide services-cut" title={describeLastResult(unit)}>
        {describeLastResult(unit)}
      </td>
      <td>
        <UnitButtons
          unit={unit}
          busyVerb={busyVerb}
          isDisabled={isStale}
          onVerb={props.onVerb}
          onUnpin={props.onUnpin}
          onMove={props.onMove}
        />
      </td>
    </tr>
  );
}
