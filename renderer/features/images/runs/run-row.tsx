import { IconArrowDown, IconArrowUp, IconBrush, IconCopy, IconForms, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react';
import { type KeyboardEvent, memo } from 'react';
import type { ImageRun } from '../../../../shared/capabilities/images/contract.ts';
import { copyText } from '../../../stores/copy-text.ts';
import { useHostId } from '../../../stores/host-context.tsx';
import { isEnded, runsOf, useMoves, useRun } from '../../../stores/runs.ts';
import { type MenuEntry, opensContextMenu } from '../../../ui/context-menu.ts';
import { Countdown } from '../../../ui/countdown.tsx';
import { IconAct } from '../../../ui/icon-act.tsx';
import { ProgressBar } from '../../../ui/progress-bar.tsx';
import { StatusWord } from '../../../ui/status-word.tsx';
import type { Tone } from '../../../ui/tone.tsx';
import { applyParameters } from '../form/apply-parameters.ts';
import { thumbnailUrl } from '../image-urls.ts';
import { cancelRuns, moveRun, placeBefore, removeRuns, retryRuns } from './run-actions.ts';
import { describeAct, describeEnd, describeParameters, describePlace, describeRunMenu, describeStage, RUN_TEXT } from './text.ts';
import { TimeLeftText } from './time-left-text.tsx';

interface RunRowProps {
  readonly runId: string;
  /** It is the run that is drawn large. */
  readonly isShown: boolean;
  readonly onShow: (runId: string) => void;
}

/** One run of the list: its image or preview, its prompt, how far it is, and what can be done with it. */
export const RunRow = memo(function RunRow({ runId, isShown, onShow }: RunRowProps) {
  const hostId = useHostId();
  const run = useRun(runId);
  if (run === null) return null;
  const { prompt } = run.parameters;
  const state = describeState(run);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Delete') {
      if (run.phase.kind === 'running') cancelRuns(hostId, [runId]);
      else removeRuns(hostId, [runId]);
    } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown'))
      moveRun(hostId, runId, event.key === 'ArrowUp' ? 'up' : 'down');
    else return;
    event.preventDefault();
  };
  return (
    <li
      className="play-runs-row"
      data-shown={isShown || undefined}
      {...opensContextMenu(describeRunMenu(prompt), () => entriesOf(hostId, run, onShow))}
    >
      <button type="button" className="play-runs-open" aria-pressed={isShown} onClick={() => onShow(runId)} onKeyDown={onKeyDown}>
        <Thumbnail run={run} />
        <span className="play-runs-words">
          <span className="play-runs-prompt" dir="auto">
            {prompt}
          </span>
          <span className="play-runs-facts ada-quiet">{describeParameters(run.parameters)}</span>
        </span>
      </button>
      <span className="play-runs-state">
        <RunState run={run} state={state} />
      </span>
      <span className="play-runs-acts">
        <Acts hostId={hostId} run={run} />
      </span>
    </li>
  );
});

function describeState(run: ImageRun): string {
  const { phase, parameters } = run;
  if (phase.kind === 'waiting') return `${phase.message}, ${describePlace(phase)}`;
  return phase.kind === 'running' ? describeStage(phase, parameters.count) : describeEnd(run);
}

const TONES: Readonly<Record<ImageRun['phase']['kind'], Tone>> = {
  waiting: 'unknown',
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'unknown',
};

function RunState({ run, state }: { readonly run: ImageRun; readonly state: string }) {
  const { phase, parameters } = run;
  const word = <StatusWord tone={phase.kind === 'waiting' && phase.cause !== 'order' ? 'warning' : TONES[phase.kind]} word={state} quiet />;
  if (phase.kind === 'waiting' && phase.retryAt !== null)
    return (
      <>
        {word} <Countdown to={phase.retryAt} />
      </>
    );
  if (phase.kind !== 'running') return word;
  return (
    <>
      {word}
      <span className="ada-quiet play-small">
        <TimeLeftText timeLeft={phase.timeLeft} />
      </span>
      <ProgressBar label={describeAct(state, parameters.prompt)} share={phase.share} tone="busy" />
    </>
  );
}

function Thumbnail({ run: { phase } }: { readonly run: ImageRun }) {
  const image = phase.kind === 'done' ? phase.images[0] : undefined;
  const src = image !== undefined ? thumbnailUrl(image) : phase.kind === 'running' ? phase.preview : null;
  return (
    <span className="play-runs-thumb">
      {src === null ? <IconBrush size={16} stroke={1.4} aria-hidden /> : <img src={src} alt="" decoding="async" draggable={false} />}
    </span>
  );
}

function Acts({ hostId, run }: { readonly hostId: string | null; readonly run: ImageRun }) {
  const { runId, phase, parameters } = run;
  const { canMoveUp, canMoveDown } = useMoves(runId);
  const label = (act: string): string => describeAct(act, parameters.prompt);
  if (phase.kind === 'waiting') {
    return (
      <>
        <IconAct label={label(RUN_TEXT.moveUp)} icon={IconArrowUp} isOff={!canMoveUp} onClick={() => moveRun(hostId, runId, 'up')} />
        <IconAct
          label={label(RUN_TEXT.moveDown)}
          icon={IconArrowDown}
          isOff={!canMoveDown}
          onClick={() => moveRun(hostId, runId, 'down')}
        />
        <IconAct label={label(RUN_TEXT.remove)} icon={IconTrash} isOff={false} onClick={() => removeRuns(hostId, [runId])} />
      </>
    );
  }
  if (phase.kind === 'running')
    return <IconAct label={label(RUN_TEXT.cancelRun)} icon={IconPlayerStop} isOff={false} onClick={() => cancelRuns(hostId, [runId])} />;
  return (
    <>
      {phase.kind === 'done' ? null : (
        <IconAct label={label(RUN_TEXT.retry)} icon={IconRefresh} isOff={false} onClick={() => retryRuns(hostId, [runId])} />
      )}
      <IconAct label={label(RUN_TEXT.remove)} icon={IconTrash} isOff={false} onClick={() => removeRuns(hostId, [runId])} />
    </>
  );
}

function entriesOf(hostId: string | null, run: ImageRun, onShow: (runId: string) => void): readonly MenuEntry[] {
  const { runId, phase, parameters } = run;
  const runs = runsOf(hostId);
  const whyNotMoved = (to: 'first' | 'up' | 'down'): string | null => {
    if (phase.kind !== 'waiting') return RUN_TEXT.notWaiting;
    if (placeBefore(runs, runId, to) !== undefined) return null;
    return to === 'down' ? RUN_TEXT.lastAlready : RUN_TEXT.firstAlready;
  };
  return [
    { id: 'show', label: RUN_TEXT.show, icon: IconBrush, run: () => onShow(runId) },
    { id: 'use', label: RUN_TEXT.useParameters, icon: IconForms, run: () => applyParameters(parameters) },
    { id: 'copy', label: RUN_TEXT.copyPrompt, icon: IconCopy, run: () => copyText(parameters.prompt, RUN_TEXT.promptCopied) },
    { id: 'first', label: RUN_TEXT.moveFirst, unavailable: whyNotMoved('first'), run: () => moveRun(hostId, runId, 'first') },
    { id: 'up', label: RUN_TEXT.moveUp, icon: IconArrowUp, unavailable: whyNotMoved('up'), run: () => moveRun(hostId, runId, 'up') },
    {
      id: 'down',
      label: RUN_TEXT.moveDown,
      icon: IconArrowDown,
      unavailable: whyNotMoved('down'),
      run: () => moveRun(hostId, runId, 'down'),
    },
    {
      id: 'retry',
      label: RUN_TEXT.retry,
      icon: IconRefresh,
      unavailable: isEnded(run) ? null : RUN_TEXT.notEnded,
      run: () => retryRuns(hostId, [runId]),
    },
    isEnded(run)
      ? { id: 'remove', label: RUN_TEXT.remove, icon: IconTrash, isDangerous: true, run: () => removeRuns(hostId, [runId]) }
      : { id: 'cancel', label: RUN_TEXT.cancelRun, icon: IconPlayerStop, isDangerous: true, run: () => cancelRuns(hostId, [runId]) },
  ];
}
