import { Button } from '@mantine/core';
import { IconLayoutGrid, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react';
import { memo } from 'react';
import type { ImageRun } from '../../../../shared/capabilities/images/contract.ts';
import { useHostId } from '../../../stores/host-context.tsx';
import { isEnded, useGroup, useRunsOf } from '../../../stores/runs.ts';
import { type MenuEntry, opensContextMenu } from '../../../ui/context-menu.ts';
import { IconAct } from '../../../ui/icon-act.tsx';
import { ProgressBar } from '../../../ui/progress-bar.tsx';
import { StatusWord } from '../../../ui/status-word.tsx';
import { openComparison } from '../compare/compare-store.ts';
import { useOpenSheet } from './picked-run.ts';
import { cancelRuns, removeRuns, retryRuns } from './run-actions.ts';
import { describeAct, describeCompare, describeRunMenu, describeSweep, describeSweepState, RUN_TEXT } from './text.ts';

/** A sweep in the list: its axes, how many of its images are there, and its sheet. */
export const GroupRow = memo(function GroupRow({ groupId }: { readonly groupId: string }) {
  const hostId = useHostId();
  const group = useGroup(groupId);
  const runs = useRunsOf(group ?? NO_GROUP).filter((run) => run !== null);
  const [, openSheet] = useOpenSheet();
  const [first] = runs;
  if (group === null || first === undefined) return null;
  const { done, failed, cancelled, open } = inStates(runs);
  const { sweep } = group;
  const images = runs.flatMap(({ phase }) => (phase.kind === 'done' ? phase.images : []));
  const openResult = (): void => {
    if (sweep === null) openComparison(images);
    else openSheet(groupId);
  };
  const resultLabel = sweep === null ? describeCompare(images.length) : RUN_TEXT.openSheet;
  const whyNoResult = sweep === null && images.length < 2 ? RUN_TEXT.tooFewImages : null;
  const title = sweep === null ? first.parameters.prompt : describeSweep(sweep.x.parameter, sweep.y?.parameter ?? null);
  const state = describeSweepState({ done, failed, cancelled, open, total: group.runIds.length });
  const ids = (wanted: (run: ImageRun) => boolean): readonly string[] => runs.filter(wanted).map(({ runId }) => runId);
  const acts: readonly (MenuEntry & { readonly icon: NonNullable<MenuEntry['icon']> })[] = [
    { id: 'sheet', label: resultLabel, icon: IconLayoutGrid, unavailable: whyNoResult, run: openResult },
    {
      id: 'retry',
      label: RUN_TEXT.retryFailed,
      icon: IconRefresh,
      unavailable: failed + cancelled > 0 ? null : RUN_TEXT.noneFailed,
      run: () =>
        retryRuns(
          hostId,
          ids(({ phase }) => phase.kind === 'failed' || phase.kind === 'cancelled'),
        ),
    },
    open > 0
      ? {
          id: 'cancel',
          label: RUN_TEXT.cancelSweep,
          icon: IconPlayerStop,
          isDangerous: true,
          run: () =>
            cancelRuns(
              hostId,
              ids((run) => !isEnded(run)),
            ),
        }
      : { id: 'remove', label: RUN_TEXT.remove, icon: IconTrash, isDangerous: true, run: () => removeRuns(hostId, ids(isEnded)) },
  ];
  return (
    <li className="play-runs-row" {...opensContextMenu(describeRunMenu(title), () => acts)}>
      <span className="play-runs-open">
        <span className="play-runs-thumb">
          <IconLayoutGrid size={16} stroke={1.4} aria-hidden />
        </span>
        <span className="play-runs-words">
          <span className="play-runs-prompt">{title}</span>
          <span className="play-runs-facts ada-quiet" dir="auto">
            {first.parameters.prompt}
          </span>
        </span>
      </span>
      <span className="play-runs-state">
        <StatusWord tone={state.tone} word={state.word} quiet />
        {open === 0 ? null : (
          <ProgressBar label={describeAct(state.word, title)} share={(done + failed + cancelled) / group.runIds.length} tone="busy" />
        )}
      </span>
      <span className="play-runs-acts">
        <Button size="compact-xs" variant="default" disabled={whyNoResult !== null} onClick={openResult}>
          {resultLabel}
        </Button>
        {acts
          .filter(({ id, unavailable }) => id !== 'sheet' && (unavailable ?? null) === null)
          .map(({ id, label, icon, run }) => (
            <IconAct key={id} label={describeAct(label, title)} icon={icon} isOff={false} onClick={run} />
          ))}
      </span>
    </li>
  );
});

const NO_GROUP = { groupId: '', sweep: null, runIds: [], addedAt: 0 };

function inStates(runs: readonly ImageRun[]) {
  const count = (...kinds: readonly ImageRun['phase']['kind'][]): number => runs.filter(({ phase }) => kinds.includes(phase.kind)).length;
  return { done: count('done'), failed: count('failed'), cancelled: count('cancelled'), open: count('waiting', 'running') };
}
