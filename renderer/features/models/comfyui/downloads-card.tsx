import { Group } from '@mantine/core';
import { IconCheck, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { CheckpointDownload } from '../../../../shared/capabilities/comfyui/contract.ts';
import { useComfyUiChange } from '../../../stores/comfyui.ts';
import { Card } from '../../../ui/card.tsx';
import { confirmFirst } from '../../../ui/confirm.tsx';
import { IconAct } from '../../../ui/icon-act.tsx';
import { ProgressBar } from '../../../ui/progress-bar.tsx';
import { StatusWord } from '../../../ui/status-word.tsx';
import { shareOf } from '../model-search.ts';
import {
  describeCancel,
  describeCancelConsequence,
  describeCancelQuestion,
  describeClear,
  describeDownload,
  describeDownloadOf,
  describePause,
  describeResume,
  TEXT,
} from './text.ts';

/** Checkpoint downloads, which the host runs independently of the panel. */
export function DownloadsCard({ downloads, isAway }: { readonly downloads: readonly CheckpointDownload[]; readonly isAway: boolean }) {
  return (
    <Card title={TEXT.downloads} aside={<span className="ada-quiet models-small">{TEXT.downloadsAside}</span>}>
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
  const { name, state, bytes } = download;
  const words = describeDownload(download);
  const act = (verb: 'stop' | 'resume' | 'discard') => onComfyUi.attempt((host) => host.comfyui.actOnDownload({ name, verb }));
  const cancel = (): void => {
    if (bytes === 0) act('discard');
    else
      confirmFirst({
        title: describeCancelQuestion(name),
        consequence: describeCancelConsequence(bytes),
        action: TEXT.cancelDownload,
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
          {isUnderWay ? <IconAct label={describePause(name)} icon={IconPlayerPause} isOff={isAway} onClick={() => act('stop')} /> : null}
          {state === 'stopped' || state === 'failed' ? (
            <IconAct label={describeResume(name)} icon={IconPlayerPlay} isOff={isAway} onClick={() => act('resume')} />
          ) : null}
          {state === 'done' ? (
            <IconAct label={describeClear(name)} icon={IconCheck} isOff={isAway} onClick={() => act('discard')} />
          ) : (
            <IconAct label={describeCancel(name)} icon={IconTrash} isOff={isAway} onClick={cancel} />
          )}
        </Group>
      </div>
      {state === 'done' ? null : <ProgressBar label={describeDownloadOf(name)} share={shareOf(download)} tone={words.tone} />}
      <p className="models-small ada-quiet">{words.detail}</p>
    </li>
  );
}
