import { Kbd, Modal } from '@mantine/core';
import { describeShortcut, IS_MAC } from '../commands/commands.ts';
import { useView } from '../stores/view.ts';
import { TEXT } from './text.ts';
import { WINDOW_COMMANDS } from './window-commands.ts';

/** Keys that belong to one page, by its name. */
const OF_PAGES: readonly { readonly title: string; readonly shortcut: string }[] = [
  { title: TEXT.rowsMove, shortcut: '↑ ↓' },
  { title: TEXT.rowOpen, shortcut: 'Enter' },
  { title: TEXT.contextMenuKey, shortcut: 'shift+F10' },
  { title: TEXT.servicesStartStop, shortcut: 'S' },
  { title: TEXT.servicesRestart, shortcut: 'R' },
  { title: TEXT.servicesLogs, shortcut: 'L' },
  { title: TEXT.chartCrosshair, shortcut: '← →' },
  { title: TEXT.chartMoment, shortcut: 'Enter' },
  { title: TEXT.chartZoom, shortcut: '+' },
  { title: TEXT.modelsUse, shortcut: 'Enter' },
  { title: TEXT.logsSearch, shortcut: '/' },
  { title: TEXT.logsPause, shortcut: 'Space' },
  { title: TEXT.logsLive, shortcut: 'End' },
  { title: TEXT.playgroundGenerate, shortcut: 'mod+Enter' },
  { title: TEXT.playgroundHistory, shortcut: '↑' },
  { title: TEXT.playgroundMoveRun, shortcut: 'alt+↑' },
  { title: TEXT.playgroundRemoveRun, shortcut: 'Delete' },
  { title: TEXT.playgroundZoom, shortcut: '+ −' },
  { title: TEXT.playgroundFit, shortcut: '0 1' },
  { title: TEXT.gallerySelect, shortcut: 'Space' },
  { title: TEXT.gallerySelectAll, shortcut: 'mod+A' },
  { title: TEXT.galleryFavourite, shortcut: 'F' },
  { title: TEXT.galleryTrash, shortcut: 'Delete' },
  { title: TEXT.viewerBrowse, shortcut: '← →' },
  { title: TEXT.viewerFit, shortcut: '0 1' },
  { title: TEXT.viewerDetails, shortcut: 'I' },
  { title: TEXT.checksMove, shortcut: '↑ ↓' },
  { title: TEXT.checksRun, shortcut: 'R' },
];

/** Every key that does something. */
export function ShortcutsDialog() {
  const isOpen = useView((view) => view.isShortcutsOpen);
  const setOpen = useView((view) => view.setShortcutsOpen);
  const rows = [
    { title: TEXT.searchCommands, shortcut: 'mod+K' },
    ...WINDOW_COMMANDS.flatMap(({ title, shortcut }) => (shortcut === undefined ? [] : [{ title, shortcut }])),
    ...OF_PAGES,
  ];
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title={TEXT.shortcuts} size="sm">
      <dl className="ada-facts">
        {rows.map(({ title, shortcut }) => (
          <div key={title} className="ada-shortcut">
            <dt>{title}</dt>
            <dd>
              <Kbd size="xs">{describeShortcut(shortcut, IS_MAC)}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
