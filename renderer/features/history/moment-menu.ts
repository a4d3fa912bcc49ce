import { IconChartLine, IconLogs } from '@tabler/icons-react';
import { setPage } from '../../stores/view.ts';
import { type MenuEntry, openContextMenu } from '../../ui/context-menu.ts';
import type { ChosenMoment } from '../../ui/time-series/chart-group.tsx';
import { describeMoment, TEXT } from './text.ts';

/** Log lines before and after the moment. */
const AROUND_MS = 60_000;

/** The stretch around a moment that other pages show; epoch ms. */
export const around = (atMs: number): { readonly fromMs: number; readonly toMs: number } => ({
  fromMs: atMs - AROUND_MS,
  toMs: atMs + AROUND_MS,
});

const logsOf = (atMs: number): MenuEntry => ({
  id: 'logs',
  label: TEXT.showLogs,
  icon: IconLogs,
  run: () => setPage('logs', around(atMs)),
});

const gpuOf = (atMs: number): MenuEntry => ({
  id: 'gpu',
  label: TEXT.showGpu,
  icon: IconChartLine,
  run: () => setPage('gpu', around(atMs)),
});

/** Opens the menu of a moment; `entries` come after the logs. */
export function openMomentMenu({ atMs, x, y, element }: ChosenMoment, entries: readonly MenuEntry[]): void {
  openContextMenu({ label: describeMoment(atMs), entries: [logsOf(atMs), ...entries], x, y, returnFocus: element });
}

/** Offers the logs and the GPU of a moment. */
export const offerLogsAndGpu = (moment: ChosenMoment): void => openMomentMenu(moment, [gpuOf(moment.atMs)]);

/** Offers the logs of a moment. */
export const offerLogs = (moment: ChosenMoment): void => openMomentMenu(moment, []);
