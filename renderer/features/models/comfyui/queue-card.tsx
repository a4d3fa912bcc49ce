import { Button, Group } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ComfyUiQueue } from '../../../../shared/capabilities/comfyui/contract.ts';
import { useComfyUiChange } from '../../../stores/comfyui.ts';
import { Card } from '../../../ui/card.tsx';
import { confirmFirst } from '../../../ui/confirm.tsx';
import { IconAct } from '../../../ui/icon-act.tsx';
import { StatusWord } from '../../../ui/status-word.tsx';
import { describeClearQuestion, describeMore, describePending, describeQueue, describeRemoveJob, TEXT } from './text.ts';

const MAX_SHOWN = 5;

/** ComfyUI's queue: current and pending jobs. */
export function ComfyQueueCard({ queue, isStale }: { readonly queue: ComfyUiQueue; readonly isStale: boolean }) {
  const onComfyUi = useComfyUiChange();
  const { running, pending, pendingCount } = queue;
  const clear = (): void =>
    confirmFirst({
      title: describeClearQuestion(pendingCount),
      consequence: TEXT.clearConsequence,
      action: TEXT.clearPending,
      onConfirm: () => onComfyUi.attempt((host) => host.comfyui.dequeue({ promptId: null })),
    });
  return (
    <Card
      title={TEXT.queue}
      aside={
        <Group gap={6} wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            disabled={isStale || running === null}
            onClick={() => onComfyUi.attempt((host) => host.comfyui.interrupt({ promptId: running?.promptId ?? '' }))}
          >
            {TEXT.interrupt}
          </Button>
          <Button size="xs" variant="default" disabled={isStale || pending.length === 0} onClick={clear}>
            {TEXT.clearPending}…
          </Button>
        </Group>
      }
    >
      <div className="models-queue-words" data-stale={isStale || undefined}>
        <StatusWord tone={isStale ? 'stale' : running === null ? 'good' : 'busy'} word={describeQueue(running, isStale)} />
        {pending.length === 0 ? null : (
          <ul className="models-starters">
            {pending.slice(0, MAX_SHOWN).map((job) => (
              <li key={job.promptId}>
                <span className="models-cut">{describePending(job)}</span>
                <IconAct
                  label={describeRemoveJob(job.promptId)}
                  icon={IconX}
                  isOff={isStale}
                  onClick={() => onComfyUi.attempt((host) => host.comfyui.dequeue({ promptId: job.promptId }))}
                />
              </li>
            ))}
          </ul>
        )}
        <p className="models-small ada-quiet">
          {pendingCount > MAX_SHOWN ? describeMore(pendingCount - MAX_SHOWN) : ''}
          {running === null && pending.length === 0 ? TEXT.restartSafe : TEXT.restartLoses}
        </p>
      </div>
    </Card>
  );
}
