import {
  IconArrowBackUp,
  IconBell,
  IconDoorExit,
  IconExternalLink,
  IconHelp,
  IconKeyboard,
  IconMaximize,
  IconZoomIn,
  IconZoomOut,
  IconZoomReset,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { WindowAction } from '../../shared/capabilities/app/contract.ts';
import { bridge } from '../bridge.ts';
import { type Command, inGroup } from '../commands/commands.ts';
import { PAGES } from '../pages.tsx';
import { attempt, markNoticesSeen } from '../stores/notices.ts';
import { undoLast, useUndoable } from '../stores/undo.ts';
import { setPage, useView } from '../stores/view.ts';
import { describeUndo, TEXT } from './text.ts';

/** Other names of the pages. */
const ALSO: Readonly<Record<string, string>> = {
  overview: 'home start dashboard status chain problems summary',
  gpu: 'graphics card nvidia vram charts temperature load history',
  services: 'systemd units daemons',
  logs: 'journal journalctl output errors messages',
  models: 'checkpoints downloads queue jobs lora',
  playground: 'images gallery prompt generate text to image pictures',
  gateway: 'api slots backends token 429 503',
  settings: 'preferences options configuration config setup',
};

const GO_TO = inGroup(
  TEXT.groupGoTo,
  PAGES.map(({ id, label, shortcut, icon, summary }) => ({
    id: `go-${id}`,
    title: label,
    words: `page open ${summary} ${ALSO[id] ?? ''}`,
    shortcut,
    icon,
    run: () => setPage(id),
  })),
);

function windowAction(action: WindowAction, title: string, words: string, icon: NonNullable<Command['icon']>): Omit<Command, 'group'> {
  return { id: action, title, words, icon, run: () => attempt(() => bridge.app.windowAction({ action })) };
}

const WINDOW = inGroup(TEXT.groupWindow, [
  {
    id: 'notices',
    title: TEXT.showNotices,
    words: 'errors events messages unread activity problems notifications alerts',
    shortcut: 'mod+shift+N',
    icon: IconBell,
    run: () => {
      markNoticesSeen();
      useView.getState().setNoticeListOpen(true);
    },
  },
  {
    id: 'guide',
    title: TEXT.guide,
    words: 'help manual documentation how explain what is this page',
    shortcut: 'F1',
    icon: IconHelp,
    run: () => useView.getState().setGuideOpen(!useView.getState().isGuideOpen),
  },
  {
    id: 'shortcuts',
    title: TEXT.shortcuts,
    words: 'help keys hotkeys bindings how cheat sheet',
    shortcut: '?',
    icon: IconKeyboard,
    run: () => useView.getState().setShortcutsOpen(true),
  },
  windowAction('zoom-in', TEXT.zoomIn, 'larger bigger text font size scale', IconZoomIn),
  windowAction('zoom-out', TEXT.zoomOut, 'smaller text font size scale', IconZoomOut),
  windowAction('zoom-reset', TEXT.zoomReset, 'actual size 100 text font scale', IconZoomReset),
  windowAction('full-screen', TEXT.fullScreen, 'fullscreen maximise maximize window', IconMaximize),
  windowAction('quit', TEXT.quit, 'exit close end leave', IconDoorExit),
]);

const link = (id: Parameters<typeof bridge.app.openLink>[0]['link'], title: string, words: string): Omit<Command, 'group'> => ({
  id,
  title,
  words: `documentation docs manual web browser ${words}`,
  icon: IconExternalLink,
  run: () => attempt(() => bridge.app.openLink({ link: id })),
});

const HELP = inGroup(TEXT.groupHelp, [
  link('ssh-config-help', TEXT.sshHelp, 'ssh_config keys agent'),
  link('sudoers-help', TEXT.sudoHelp, 'sudoers password'),
  link('nvidia-driver-help', TEXT.driverHelp, 'install gpu nvidia-smi'),
]);

/** Commands of the window itself; their shortcuts work while the palette is closed, too. */
export const WINDOW_COMMANDS: readonly Command[] = [...GO_TO, ...WINDOW, ...HELP];

/** Commands of the window, with the undo of the last removal. */
export function useWindowCommands(): readonly Command[] {
  const undoable = useUndoable();
  return useMemo(
    () => [
      ...GO_TO,
      ...inGroup(TEXT.groupWindow, [
        {
          id: 'undo',
          title: undoable === null ? TEXT.undo : describeUndo(undoable.message),
          words: 'restore back revert deleted removed',
          icon: IconArrowBackUp,
          unavailable: undoable === null ? TEXT.nothingToUndo : null,
          run: undoLast,
        },
      ]),
      ...WINDOW,
      ...HELP,
    ],
    [undoable],
  );
}
