import { useServicesState } from '../../stores/services.ts';
import { RunLines } from './run-lines.tsx';
import { TEXT } from './text.ts';
import { useLastLines } from './use-last-lines.ts';

const SHOWN_LINES = 9;

/** The last lines of the run in which a unit failed. */
export function FailureLines({ unit, size = 'normal' }: { readonly unit: string; readonly size?: 'short' | 'normal' }) {
  const shown = useServicesState().units.find(({ name }) => name === unit);
  const again = `${shown?.invocationId} ${shown?.stateChangedAt}`;
  const { lines, message } = useLastLines(unit, { count: SHOWN_LINES, everyMs: null, again });
  if (lines === null || lines.length === 0) return <p className="ada-quiet">{message}</p>;
  return <RunLines lines={lines} label={TEXT.lastLinesOfRun} size={size} />;
}
