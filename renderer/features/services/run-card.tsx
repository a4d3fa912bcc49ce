import { Button, Group } from '@mantine/core';
import { useEffect } from 'react';
import type { ActionProgress } from '../../../shared/capabilities/services/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useHostFacts } from '../../stores/facts.ts';
import { createPageState } from '../../stores/page-state.ts';
import { useActions } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { RunLines } from './run-lines.tsx';
import { describeProgress, describeRunTitle, TEXT } from './text.ts';
import { useLastLines } from './use-last-lines.ts';

const LIVE_LINES = 80;
const READ_MS = 1000;
/** systemd's line about a start may be older than the press of the button by the difference of the clocks. */
const CLOCK_SLACK_MS = 1500;

const useWatched = createPageState<ActionProgress | null>(null);

const isStart = ({ verb }: ActionProgress): boolean => verb === 'start' || verb === 'restart';
const isUnderWay = ({ kind }: ActionProgress): boolean => kind === 'running' || kind === 'asking-sudo';

/** The log of a start while it runs, until it is closed: it ends with what systemd reports. */
export function RunCard({ failedUnits }: { readonly failedUnits: readonly string[] }) {
  const [watched, setWatched] = useWatched();
  const actions = useActions();
  const newest = Object.values(actions)
    .filter((action) => isStart(action) && (action.kind === 'running' || action.actionId === watched?.actionId))
    .toSorted((a, b) => b.startedAt - a.startedAt)[0];
  useEffect(() => {
    if (newest !== undefined) setWatched(newest);
  }, [newest, setWatched]);
  // What failed has a card of its own, with its cause.
  if (watched === null || (watched.kind === 'failed' && failedUnits.includes(watched.unit))) return null;
  return <Run key={watched.actionId} action={watched} onClose={() => setWatched(null)} />;
}

function Run({ action, onClose }: { readonly action: ActionProgress; readonly onClose: () => void }) {
  const now = useNow();
  const facts = useHostFacts();
  const isLive = isUnderWay(action);
  const name = shortUnitName(action.unit);
  const { lines, message } = useLastLines(action.unit, { count: LIVE_LINES, everyMs: isLive ? READ_MS : null, again: action.kind });
  const sinceMs = action.startedAt + (facts?.clockOffsetMs ?? 0) - CLOCK_SLACK_MS;
  const ofRun = (lines ?? []).filter(({ at }) => at >= sinceMs);
  const { tone, word } = describeProgress(action, now);
  return (
    <Card
      title={describeRunTitle(action.verb, name)}
      aside={
        <Group gap="xs" wrap="nowrap">
          <span role="status">
            <StatusWord tone={tone} word={word} />
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
