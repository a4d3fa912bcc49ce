import { parseLogPrefix } from '../../../shared/log-prefix.ts';
import { useServicesState } from '../../stores/services.ts';
import { RunLines } from './run-lines.tsx';
import { TEXT } from './text.ts';
import { type LastLines, useLastLines } from './use-last-lines.ts';

const SHOWN_LINES = 9;

/** Read again when the unit failed again. */
function useFailureLines(unit: string): LastLines {
  const shown = useServicesState().units.find(({ name }) => name === unit);
  return useLastLines(unit, { count: SHOWN_LINES, everyMs: null, again: `${shown?.invocationId} ${shown?.stateChangedAt}` });
}

/** The last lines of the run in which a unit failed. */
export function FailureLines({ unit, size = 'normal' }: { readonly unit: string; readonly size?: 'short' | 'normal' }) {
  const { lines, message } = useFailureLines(unit);
  if (lines === null || lines.length === 0) return <p className="ada-quiet">{message}</p>;
  return <RunLines lines={lines} label={TEXT.lastLinesOfRun} size={size} />;
}

/** What the program of a failed unit said last, in one line; nothing where it said nothing. */
export function LastWords({ unit }: { readonly unit: string }) {
  const last = useFailureLines(unit).lines?.findLast(({ isOfProgram }) => isOfProgram);
  if (last === undefined) return null;
  const words = last.text.trim().split('\n').at(-1) ?? '';
  return (
    <p className="services-last-words" title={last.text}>
      {words.slice(parseLogPrefix(words)?.length ?? 0)}
    </p>
  );
}
