import { IconPhoto } from '@tabler/icons-react';
import { diskSeverity } from '../../../shared/disk-need.ts';
import { useChecksPart } from '../../stores/checks.ts';
import { useComfyUiState } from '../../stores/comfyui.ts';
import { useOfflineReason } from '../../stores/hosts.ts';
import { useModelsState, useQueueProgress } from '../../stores/models.ts';
import { useSetupPart } from '../../stores/setup.ts';
import { useNow } from '../../ui/clock.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { ToneIcon, toneOf } from '../../ui/tone.tsx';
import { type NowEntry, nowEntries } from './now-entries.ts';
import { openPlace } from './place.ts';
import { describeDisk, NOW_TEXT } from './text.ts';

/** What runs or waits on the host now, and the disk of the models. Each entry leads to its page. */
export function NowList() {
  const isOffline = useOfflineReason() !== null;
  return (
    <>
      {isOffline ? <p className="ada-quiet ada-now-list">{NOW_TEXT.offline}</p> : <Entries />}
      <DiskRow isOld={isOffline} />
    </>
  );
}

function Entries() {
  const models = useModelsState();
  const comfyui = useComfyUiState();
  const setup = useSetupPart(({ run }) => run);
  const checks = useChecksPart(({ run }) => run);
  const progress = useQueueProgress();
  const entries = nowEntries({ models, comfyui, setup, checks, progress, nowMs: useNow() });
  if (entries.length === 0) return <p className="ada-quiet ada-now-list">{NOW_TEXT.nothing}</p>;
  return (
    <ul className="ada-now-list">
      {entries.map((entry) => (
        <li key={entry.id}>
          <EntryButton entry={entry} />
        </li>
      ))}
    </ul>
  );
}

function EntryButton({ entry: { tone, title, detail, share, preview, place } }: { readonly entry: NowEntry }) {
  return (
    <button type="button" className="ada-entry" onClick={() => openPlace(place)}>
      {preview === undefined ? (
        <ToneIcon tone={tone} size={16} />
      ) : preview === null ? (
        <span className="ada-now-preview" aria-hidden>
          <IconPhoto size={20} stroke={1.2} />
        </span>
      ) : (
        <img className="ada-now-preview" src={preview} alt={NOW_TEXT.preview} />
      )}
      <span className="ada-entry-words">
        <span className="ada-entry-title" title={title}>
          {title}
        </span>
        <span className="ada-entry-detail" title={detail}>
          {detail}
        </span>
        {share === undefined ? null : <ProgressBar label={title} share={share} tone={tone} />}
      </span>
    </button>
  );
}

/** The disk with InvokeAI's models, or ComfyUI's where InvokeAI reports none. */
function DiskRow({ isOld }: { readonly isOld: boolean }) {
  const invokeai = useModelsState();
  const comfyui = useComfyUiState();
  const isOfComfyUi = invokeai.disk === null && comfyui.disk !== null;
  const disk = invokeai.disk ?? comfyui.disk;
  const isLastKnown = isOld || (isOfComfyUi ? comfyui : invokeai).phase.kind !== 'live';
  const tone = disk === null ? 'unknown' : isLastKnown ? 'stale' : toneOf(diskSeverity({ free: disk.freeBytes, total: disk.sizeBytes }));
  const open = (): void => openPlace({ page: 'models', modelsOf: isOfComfyUi ? 'comfyui' : 'invokeai' });
  return (
    <button type="button" className="ada-entry ada-now-disk" onClick={open}>
      <ToneIcon tone={tone} size={16} />
      <span className="ada-entry-words">
        <span className="ada-entry-title" title={disk?.path}>
          {NOW_TEXT.disk}
        </span>
        <span className="ada-entry-detail">{disk === null ? NOW_TEXT.diskUnknown : describeDisk(disk, isLastKnown)}</span>
      </span>
    </button>
  );
}
