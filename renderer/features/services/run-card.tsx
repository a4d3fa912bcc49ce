import { Button, Group } from '@mantine/core';
import { useEffect } from 'react';
import type { ActionProgress } from '../../../shared/capabilities/services/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useHostFacts } from '../../stores/facts.ts';
import { createPageState } from '../../stores/page-state.ts';
import { useActions } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { useLastValue } from '../../ui/use-last-value.ts';
import { RunLines } from './run-lines.tsx';
import { describeProgress, describeRunTitle, TEXT } from './text.ts';
import { useLastLines } from './use-last-lines.ts';
import { isUnderWay, watchedAfter } from './watched-run.ts';

const LIVE_LINES = 80;
const READ_MS = 1000;
/** systemd's line about a start may be older than the press of the button by the difference of the clocks. */
const CLOCK_SLACK_MS = 1500;

const useWatched = createPageState<ActionProgress | null>(null);

/** The log of a start while it runs, until it is closed: it ends with what systemd reports. */
export function RunCard({ failedUnits }: { readonly failedUnits: readonly string[] }) {
  const [known, setKnown] = useWatched();
  const watched = watchedAfter(known, useActions());
  useEffect(() => setKnown(watched), [watched, setKnown]);
  // What failed has a card of its own, with its cause.
  if (watched === null || (watched.kind === 'failed' && failedUnits.includes(watched.unit))) return null;
  return <Run key={watched.actionId} action={watched} onClose={() => setKnown(null)} />;
}

function Run({ action, onClose }: { readonly action: ActionProgress; readonly onClose: () => void }) {
  const facts = useHostFacts();
  const isLive = isUnderWay(action);
  const name = shortUnitName(action.unit);
  const { lines, message } = useLastLines(action.unit, { count: LIVE_LINES, everyMs: isLive ? READ_MS : null, again: action.kind });
  const sinceMs = action.startedAt + (facts?.clockOffsetMs ?? 0) - CLOCK_SLACK_MS;
  const ofRun = useLastValue((lines ?? []).filter(({ at }) => at >= sinceMs));
  return (
    <Card
      title={describeRunTitle(action.verb, name)}
      aside={
        <Group gap="xs" wrap="nowrap">
          <span role="status">
            <Progress action={action} />
          </span>
          <Button size="compact-sm" variant="subtle" onClick={() => setPage('logs', { unit: action.unit })}>
            {TEXT.openInLogs}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose} disabled={isLive}>
            {TEXT.close}
          </Button>
        </Group>
      }
    >
      {ofRun.length === 0 ? (
        <p className="services-quiet services-run-lines">{lines === null ? message : TEXT.noLinesYet}</p>
      ) : (
        <RunLines lines={ofRun} label={TEXT.linesOfStart} />
      )}
      {action.kind === 'failed' ? <p className="services-outcome">{action.error.message}</p> : null}
    </Card>
  );
}

/** Counts the seconds of an action that is under way; an ended one stands still. */
function Progress({ action }: { readonly action: ActionProgress }) {
  const word = useOfNow((nowMs) => describeProgress(action, nowMs).word);
  return <StatusWord tone={describeProgress(action, action.startedAt).tone} word={word} />;
}
