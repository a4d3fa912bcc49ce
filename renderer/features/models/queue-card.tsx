import { Button, Group } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import type { BackendQueue } from '../../../shared/capabilities/models/contract.ts';
import { formatCount } from '../../../shared/format.ts';
import { useModelsChange, useQueueProgress } from '../../stores/models.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';

type Verb = 'pause' | 'resume' | 'clear' | 'cancel-current' | 'cancel-waiting';

/** InvokeAI's queue: what runs, what waits, and what a restart would do. */
export function QueueCard({ queue, isStale }: { readonly queue: BackendQueue; readonly isStale: boolean }) {
  const onModels = useModelsChange();
  const [isClearing, setClearing] = useState(false);
  const act = (verb: Verb) => {
    setClearing(false);
    onModels.attempt((host) => host.models.actOnQueue({ verb }));
  };
  usePageIntent(isStale ? {} : { 'clear-queue': () => setClearing(true) });
  const { current, pending } = queue;
  const told = useQueueProgress();
  // The next job may report before the queue was read again.
  const progress = current !== null && told?.itemId === current.itemId ? told : null;
  const waiting = pending ?? 0;
  return (
    <Card
      title="Queue"
      aside={
        <Group gap={6} wrap="nowrap">
          <Button size="xs" variant="default" disabled={isStale} onClick={() => act(queue.isStarted === false ? 'resume' : 'pause')}>
            {queue.isStarted === false ? 'Resume' : 'Pause'}
          </Button>
          <Button size="xs" variant="default" disabled={isStale || current === null} onClick={() => act('cancel-current')}>
            Cancel the running one
          </Button>
          {isClearing ? (
            <Button size="xs" variant="filled" color="red.8" onClick={() => act('clear')}>
              Yes, clear everything
            </Button>
          ) : (
            <Button size="xs" variant="default" disabled={isStale} onClick={() => setClearing(true)}>
              Clear…
            </Button>
          )}
        </Group>
      }
    >
      <div className="models-queue" data-stale={isStale || undefined}>
        {progress?.preview == null ? (
          <span className="models-preview" aria-hidden>
            <IconPhoto size={26} stroke={1.2} />
          </span>
        ) : (
          <img className="models-preview" src={progress.preview} alt="How far it is" />
        )}
        <div className="models-queue-words">
          <p>
            {isStale ? (
              <StatusWord tone="stale" word={`When last seen: ${stateOf(queue).word.toLowerCase()}`} />
            ) : (
              <StatusWord {...stateOf(queue)} />
            )}
          </p>
          {current === null ? null : (
            <p className="models-small ada-quiet models-cut">
              {current.prompt ?? 'a job without a prompt'}
              {current.from === null ? '' : `, from ${current.from}`}
              {progress === null ? '' : ` · ${progress.said}${progress.share === null ? '' : ` ${Math.round(progress.share * 100)} %`}`}
            </p>
          )}
          <dl className="models-counts">
            <Count name="waiting" value={queue.pending} />
            <Count name="running" value={queue.inProgress} />
            <Count name="done" value={queue.completed} />
            <Count name="failed" value={queue.failed} />
            <Count name="cancelled" value={queue.canceled} />
          </dl>
          <p className="models-small ada-quiet">
            {isClearing ? `Clearing cancels what runs and deletes every job, also the ${waiting} waiting.` : restartWords(queue)}
          </p>
        </div>
      </div>
    </Card>
  );
}

/** What a restart of InvokeAI would do: it cancels the job that runs, and goes on with those that wait. */
function restartWords({ current, inProgress, pending, next }: BackendQueue): string {
  const waiting = pending ?? 0;
  const isRunning = current !== null || (inProgress ?? 0) > 0;
  if (waiting === 0) return `A restart of InvokeAI would ${isRunning ? 'cancel what runs; nothing waits' : 'lose nothing'}.`;
  const first = next[0];
  const from = first?.from == null ? '' : `, from ${first.from}`;
  const named = first === undefined ? '' : ` First: ${first.prompt ?? 'a job without a prompt'}${from}.`;
  return `A restart of InvokeAI would ${isRunning ? 'cancel what runs' : 'lose nothing'}; the ${waiting} waiting would start at once after it.${named}`;
}

function stateOf(queue: BackendQueue): { readonly tone: Tone; readonly word: string } {
  if (queue.isStarted === false) return { tone: 'warning', word: 'Paused: what waits does not start' };
  if (queue.current !== null) return { tone: 'busy', word: `Job ${queue.current.itemId} is being made` };
  // It runs, though it could not be read.
  if ((queue.inProgress ?? 0) > 0) return { tone: 'busy', word: 'A job is being made' };
  if (queue.isStalled) return { tone: 'warning', word: 'Queue stalled: jobs wait and none runs' };
  if ((queue.pending ?? 0) > 0) return { tone: 'busy', word: 'Starting the next job' };
  return { tone: 'good', word: 'Nothing to do' };
}

function Count({ name, value }: { readonly name: string; readonly value: number | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{formatCount(value)}</dd>
    </div>
  );
}
