import { IconChartLine, IconLogs } from '@tabler/icons-react';
import { setPage } from '../../stores/view.ts';
import { type MenuEntry, openContextMenu } from '../../ui/context-menu.ts';
import type { ChosenMoment } from '../../ui/time-series/chart-group.tsx';
import { around } from './around.ts';
import { describeMoment, TEXT } from './text.ts';

/** Called before another page is shown, to close what covers it. */
type BeforeLeaving = () => void;
const stay: BeforeLeaving = () => {};

const openAround = (page: 'logs' | 'gpu', atMs: number, beforeLeaving: BeforeLeaving): void => {
  beforeLeaving();
  setPage(page, around(atMs));
};

const logsOf = (atMs: number, beforeLeaving: BeforeLeaving): MenuEntry => ({
  id: 'logs',
  label: TEXT.showLogs,
  icon: IconLogs,
  run: () => openAround('logs', atMs, beforeLeaving),
});

const gpuOf = (atMs: number, beforeLeaving: BeforeLeaving): MenuEntry => ({
  id: 'gpu',
  label: TEXT.showGpu,
  icon: IconChartLine,
  run: () => openAround('gpu', atMs, beforeLeaving),
});

/** Opens the menu of a moment; `entries` come after the logs. */
export function openMomentMenu({ atMs, x, y, element }: ChosenMoment, entries: readonly MenuEntry[], beforeLeaving = stay): void {
  openContextMenu({ label: describeMoment(atMs), entries: [logsOf(atMs, beforeLeaving), ...entries], x, y, returnFocus: element });
}

/** Offers the logs and the GPU of a moment. */
export const offerLogsAndGpu = (moment: ChosenMoment, beforeLeaving = stay): void =>
  openMomentMenu(moment, [gpuOf(moment.atMs, beforeLeaving)], beforeLeaving);

/** Offers the logs of a moment. */
export const offerLogs = (moment: ChosenMoment): void => openMomentMenu(moment, []);
