import { Group } from '@mantine/core';
import { IconCheck, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { CheckpointDownload } from '../../../../shared/capabilities/comfyui/contract.ts';
import { formatBytes } from '../../../../shared/format.ts';
import { useComfyUiChange } from '../../../stores/comfyui.ts';
import { Card } from '../../../ui/card.tsx';
import { confirmFirst } from '../../../ui/confirm.tsx';
import { IconAct } from '../../../ui/icon-act.tsx';
import { ProgressBar } from '../../../ui/progress-bar.tsx';
import { StatusWord } from '../../../ui/status-word.tsx';
import { downloadInWords } from './words.ts';

/** Checkpoints on their way; the host fetches them by itself. */
export function DownloadsCard({ downloads, isAway }: { readonly downloads: readonly CheckpointDownload[]; readonly isAway: boolean }) {
  return (
    <Card title="Downloads" aside={<span className="ada-quiet models-small">They go on while Ada Panel is closed</span>}>
      <ul className="models-jobs">
        {downloads.map((download) => (
          <Download key={download.name} download={download} isAway={isAway} />
        ))}
      </ul>
    </Card>
  );
}

function Download({ download, isAway }: { readonly download: CheckpointDownload; readonly isAway: boolean }) {
  const onComfyUi = useComfyUiChange();
  const { name, state, bytes, totalBytes } = download;
  const words = downloadInWords(download);
  const act = (verb: 'stop' | 'resume' | 'discard') => onComfyUi.attempt((host) => host.comfyui.actOnDownload({ name, verb }));
  const cancel = (): void => {
    if (bytes === 0) act('discard');
    else
      confirmFirst({
        title: `Cancel the download of ${name}?`,
        consequence: `The ${formatBytes(bytes)} downloaded so far are deleted from the host. To continue later, pause it instead.`,
        action: 'Cancel and delete partial file',
        onConfirm: () => act('discard'),
      });
  };
  const isUnderWay = state === 'downloading' || state === 'checking';
  return (
    <li className="models-job" data-stale={isAway || undefined}>
      <div className="models-job-head">
        <span className="models-job-name" title={download.url}>
          {name}
        </span>
        <StatusWord tone={isAway ? 'stale' : words.tone} word={words.word} quiet />
        <Group gap={4} wrap="nowrap">
          {isUnderWay ? <IconAct label={`Pause ${name}`} icon={IconPlayerPause} isOff={isAway} onClick={() => act('stop')} /> : null}
          {state === 'stopped' || state === 'failed' ? (
            <IconAct label={`Resume ${name}`} icon={IconPlayerPlay} isOff={isAway} onClick={() => act('resume')} />
          ) : null}
          {state === 'done' ? (
            <IconAct label={`Remove ${name} from this list`} icon={IconCheck} isOff={isAway} onClick={() => act('discard')} />
          ) : (
            <IconAct label={`Cancel ${name} and delete partial file`} icon={IconTrash} isOff={isAway} onClick={cancel} />
          )}
        </Group>
      </div>
      {state === 'done' ? null : (
        <ProgressBar label={`Download of ${name}`} share={totalBytes === null ? null : Math.min(1, bytes / totalBytes)} tone={words.tone} />
      )}
      <p className="models-small ada-quiet">{words.detail}</p>
    </li>
  );
}
