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
import { describeClear, describeGenerating, describeLastSeen, describeRestart, TEXT } from './text.ts';

type Verb = 'pause' | 'resume' | 'clear' | 'cancel-current' | 'cancel-waiting';

/** InvokeAI's queue: current job, counts, and the effect of a restart. */
export function QueueCard({ queue, isStale }: { readonly queue: BackendQueue; readonly isStale: boolean }) {
  const onModels = useModelsChange();
  const [isClearing, setClearing] = useState(false);
  const act = (verb: Verb) => {
    setClearing(false);
    onModels.attempt((host) => host.models.actOnQueue({ verb }));
  };
  usePageIntent(isStale ? {} : { 'clear-queue': () => setClearing(true) });
  const { current, pending } = queue;
  const reported = useQueueProgress();
  // The next job can report progress before the queue is read again.
  const progress = current !== null && reported?.itemId === current.itemId ? reported : null;
  const waiting = pending ?? 0;
  return (
    <Card
      title={TEXT.queue}
      aside={
        <Group gap={6} wrap="nowrap">
          <Button size="xs" variant="default" disabled={isStale} onClick={() => act(queue.isStarted === false ? 'resume' : 'pause')}>
            {queue.isStarted === false ? TEXT.resume : TEXT.pause}
          </Button>
          <Button size="xs" variant="default" disabled={isStale || current === null} onClick={() => act('cancel-current')}>
            {TEXT.cancelJob}
          </Button>
          {isClearing ? (
            <Button size="xs" variant="filled" color="red.8" onClick={() => act('clear')}>
              {TEXT.clearAll}
            </Button>
          ) : (
            <Button size="xs" variant="default" disabled={isStale} onClick={() => setClearing(true)}>
              {TEXT.clear}
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
          <img className="models-preview" src={progress.preview} alt={TEXT.preview} />
        )}
        <div className="models-queue-words">
          <p>
            {isStale ? (
              <StatusWord tone="stale" word={describeLastSeen(stateOf(queue).word.toLowerCase())} />
            ) : (
              <StatusWord {...stateOf(queue)} />
            )}
          </p>
          {current === null ? (
            <p className="models-small">{'\u00a0'}</p>
          ) : (
            <p className="models-small ada-quiet models-cut">
              {current.prompt ?? TEXT.jobWithoutPrompt}
              {current.from === null ? '' : `, from ${current.from}`}
              {progress === null ? '' : ` · ${progress.message}${progress.share === null ? '' : ` ${Math.round(progress.share * 100)} %`}`}
            </p>
          )}
          <dl className="models-counts">
            <Count name={TEXT.waiting} value={queue.pending} />
            <Count name={TEXT.running} value={queue.inProgress} />
            <Count name={TEXT.done} value={queue.completed} />
            <Count name={TEXT.failed} value={queue.failed} />
            <Count name={TEXT.cancelled} value={queue.canceled} />
          </dl>
          <p className="models-small ada-quiet">{isClearing ? describeClear(waiting) : describeRestart(queue)}</p>
        </div>
      </div>
    </Card>
  );
}

function stateOf(queue: BackendQueue): { readonly tone: Tone; readonly word: string } {
  if (queue.isStarted === false) return { tone: 'warning', word: TEXT.queuePaused };
  if (queue.current !== null) return { tone: 'busy', word: describeGenerating(queue.current.itemId) };
  // A job runs although its details could not be read.
  if ((queue.inProgress ?? 0) > 0) return { tone: 'busy', word: TEXT.queueGenerating };
  if (queue.isStalled) return { tone: 'warning', word: TEXT.queueStalled };
  if ((queue.pending ?? 0) > 0) return { tone: 'busy', word: TEXT.queueStarting };
  return { tone: 'good', word: TEXT.queueIdle };
}

function Count({ name, value }: { readonly name: string; readonly value: number | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{formatCount(value)}</dd>
    </div>
  );
}
