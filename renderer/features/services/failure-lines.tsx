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

/** The last error that the program of a failed unit logged, else its last line; nothing where it logged nothing. */
export function LastWords({ unit }: { readonly unit: string }) {
  const own = useFailureLines(unit).lines?.filter(({ isOfProgram }) => isOfProgram) ?? [];
  const last = own.findLast(({ severity }) => severity === 'error') ?? own.at(-1);
  if (last === undefined) return null;
  const words = last.text.trim().split('\n').at(-1) ?? '';
  return (
    <p className="services-last-words" title={last.text}>
      <span className="ada-quiet">{last.severity === 'error' ? TEXT.lastError : TEXT.lastLine}</span>{' '}
      {words.slice(parseLogPrefix(words)?.length ?? 0)}
    </p>
  );
}
