import { Button, Group } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ComfyUiJob, ComfyUiQueue } from '../../../../shared/capabilities/comfyui/contract.ts';
import { formatCount } from '../../../../shared/format.ts';
import { useComfyUiChange } from '../../../stores/comfyui.ts';
import { Card } from '../../../ui/card.tsx';
import { confirmFirst } from '../../../ui/confirm.tsx';
import { IconAct } from '../../../ui/icon-act.tsx';
import { StatusWord } from '../../../ui/status-word.tsx';

const MOST_SHOWN = 5;

/** ComfyUI's queue: what runs and what waits. */
export function ComfyQueueCard({ queue, isStale }: { readonly queue: ComfyUiQueue; readonly isStale: boolean }) {
  const onComfyUi = useComfyUiChange();
  const { running, pending, pendingCount } = queue;
  const clear = (): void =>
    confirmFirst({
      title: `Clear ${pendingCount === 1 ? '1 pending job' : `${formatCount(pendingCount)} pending jobs`}?`,
      consequence: 'ComfyUI removes them from its queue; they cannot be restored. The running job continues.',
      action: 'Clear pending',
      onConfirm: () => onComfyUi.attempt((host) => host.comfyui.dequeue({ promptId: null })),
    });
  return (
    <Card
      title="Queue"
      aside={
        <Group gap={6} wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            disabled={isStale || running === null}
            onClick={() => onComfyUi.attempt((host) => host.comfyui.interrupt({ promptId: running?.promptId ?? '' }))}
          >
            Interrupt the running one
          </Button>
          <Button size="xs" variant="default" disabled={isStale || pending.length === 0} onClick={clear}>
            Clear pending…
          </Button>
        </Group>
      }
    >
      <div className="models-queue-words" data-stale={isStale || undefined}>
        <StatusWord tone={isStale ? 'stale' : running === null ? 'good' : 'busy'} word={stateWords(running, isStale)} />
        {pending.length === 0 ? null : (
          <ul className="models-starters">
            {pending.slice(0, MOST_SHOWN).map((job) => (
              <li key={job.promptId}>
                <span className="models-cut">waits{jobWords(job)}</span>
                <IconAct
                  label={`Take the job ${job.promptId.slice(0, 8)} off`}
                  icon={IconX}
                  isOff={isStale}
                  onClick={() => onComfyUi.attempt((host) => host.comfyui.dequeue({ promptId: job.promptId }))}
                />
              </li>
            ))}
          </ul>
        )}
        <p className="models-small ada-quiet">
          {pendingCount > MOST_SHOWN ? `And ${formatCount(pendingCount - MOST_SHOWN)} more. ` : ''}
          {running === null && pending.length === 0
            ? 'A restart of ComfyUI would lose nothing.'
            : 'The queue is in memory: a restart of ComfyUI loses all of it.'}
        </p>
      </div>
    </Card>
  );
}

const stateWords = (running: ComfyUiJob | null, isStale: boolean): string => {
  const word = running === null ? 'idle' : `making an image${jobWords(running)}`;
  return isStale ? `When last seen: ${word}` : `${word[0]?.toUpperCase()}${word.slice(1)}`;
};

const jobWords = ({ prompt, checkpoint }: ComfyUiJob): string =>
  `${prompt === null ? '' : `: ${prompt}`}${checkpoint === null ? '' : `, with ${checkpoint}`}`;
