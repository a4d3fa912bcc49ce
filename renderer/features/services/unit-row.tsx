import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { formatBytes, formatDuration, formatMiB, formatPercent, UNKNOWN } from '../../../shared/format.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useAction, usePressed, useServiceActions } from '../../stores/services.ts';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { UnitButtons } from './unit-buttons.tsx';
import { actionWord, bootWord, resultWord, sinceOf, type UnitWords, VERB_WORDS } from './words.ts';

/** A finished action's result stays this long in its row. */
const DONE_FOR_MS = 8000;

export interface UnitRowProps {
  readonly unit: ServiceUnit;
  readonly words: UnitWords;
  /** VRAM its processes hold; null when the GPU is not read, NaN when a process did not say. */
  readonly heldVramMiB: number | null;
  readonly clockOffsetMs: number;
  /** The host cannot be asked: what is shown is how it was last seen. */
  readonly isStale: boolean;
  readonly onOpen: () => void;
  readonly onVerb: (verb: Verb) => void;
  readonly onUnpin: () => void;
  readonly onMove: (by: -1 | 1) => void;
}

/** Why it is so, and for how long. A masked unit's own time says when it stopped, not when it was masked. */
function underState({ verdict, loadState, activeState, subState }: ServiceUnit, since: string): string {
  if (since === UNKNOWN || loadState === 'masked') return verdict.why ?? `${activeState} (${subState})`;
  return verdict.why === null ? `for ${since}` : `${verdict.why} · for ${since}`;
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
    // Counted from its end, not from when the page was opened again.
    // The wall clock may have been set back meanwhile.
    const leftMs = Math.min(DONE_FOR_MS, action.startedAt + action.elapsedMs + DONE_FOR_MS - Date.now());
    const timer = setTimeout(() => serviceActions.dismiss(unit.name), Math.max(0, leftMs));
    return () => clearTimeout(timer);
  }, [action, unit.name, serviceActions]);

  if (pressed !== null) return <StatusWord tone="busy" word={`${VERB_WORDS[pressed.verb].label} requested`} />;
  if (action !== null) {
    const { tone, word } = actionWord(action, now);
    return (
      <div>
        <StatusWord tone={tone} word={word} />
        <div className="services-quiet">
          {action.kind === 'failed' ? (
            <Button size="compact-xs" variant="subtle" color="red" onClick={onOpen}>
              Why?
            </Button>
          ) : action.kind === 'asking-sudo' ? (
            'asked in a dialog'
          ) : (
            `${action.activeState} (${action.subState})`
          )}
        </div>
      </div>
    );
  }
  const since = sinceOf(unit, now + clockOffsetMs);
  return (
    <div title={`${unit.activeState} (${unit.subState})`}>
      <StatusWord tone={isStale ? 'stale' : words.tone} word={isStale ? `last seen ${unit.verdict.word}` : words.word} />
      <div className="services-quiet">
        {underState(unit, isStale ? UNKNOWN : since)}
        {(unit.restarts ?? 0) > 0 ? <span className="services-narrow"> · {unit.restarts} restarts</span> : null}
      </div>
    </div>
  );
}

/** One unit, with what systemd says of it and what can be done. */
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
          aria-label={`Details of ${shortUnitName(unit.name)}`}
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
      <td className="services-number">{heldVramMiB === 0 ? UNKNOWN : formatMiB(heldVramMiB)}</td>
      <td className="services-number">{formatBytes(unit.memoryCurrentBytes)}</td>
      <td className="services-number" title="of one core">
        {formatPercent(unit.cpuPercent)}
      </td>
      <td className="services-number services-wide">{unit.restarts ?? UNKNOWN}</td>
      <td className="services-number services-wide">{unit.mainPid === null || unit.mainPid === 0 ? UNKNOWN : unit.mainPid}</td>
      <td>{bootWord(unit.unitFileState)}</td>
      <td className="services-wide services-cut" title={resultWord(unit)}>
        {resultWord(unit)}
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

/** CPU time used since the unit began, in words; `–` when the host does not count it. */
export function cpuTime(cpuUsageNs: number | null): string {
  return cpuUsageNs === null ? UNKNOWN : formatDuration(cpuUsageNs / 1e6);
}
