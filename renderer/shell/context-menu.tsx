import { Menu } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { Fragment } from 'react';
import { copyText } from '../stores/copy-text.ts';
import { closeContextMenu, type MenuEntry, useContextMenu } from '../ui/context-menu.ts';
import { TEXT } from './text.ts';

/** The context menu of whatever was right-clicked; mounted once. */
export function ContextMenu() {
  const open = useContextMenu();
  if (open === null) return null;
  const { label, x, y, selectedText, returnFocus } = open;
  const close = (): void => {
    closeContextMenu();
    returnFocus?.focus({ preventScroll: true });
  };
  const copy: readonly MenuEntry[] =
    selectedText === ''
      ? []
      : [
          {
            id: 'copy-selection',
            label: TEXT.copySelection,
            icon: IconCopy,
            run: () => copyText(selectedText),
          },
        ];
  const ordered = [...copy, ...open.entries].toSorted((a, b) => Number(a.isDangerous ?? false) - Number(b.isDangerous ?? false));
  const firstDanger = ordered.findIndex(({ isDangerous }) => isDangerous === true);
  return (
    <Menu
      // Another menu starts at its first entry again.
      key={`${x} ${y} ${label}`}
      opened
      onClose={close}
      position="bottom-start"
      offset={0}
      withinPortal
      trapFocus={false}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <span className="ada-context-place" style={{ left: x, top: y }} aria-hidden />
      </Menu.Target>
      <Menu.Dropdown
        ref={focusFirst}
        aria-label={label}
        className="ada-context-menu"
        onKeyDown={(event) => {
          // Tab would lead to what lies behind the menu while the menu stays.
          if (event.key !== 'Tab') return;
          event.preventDefault();
          close();
        }}
      >
        {ordered.map((entry, at) => (
          <Fragment key={entry.id}>
            {at === firstDanger && at > 0 ? <Menu.Divider /> : null}
            <Entry entry={entry} />
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The kit gives the focus only to a menu that was opened by its own button; the frame lets the menu take its place first. */
function focusFirst(menu: HTMLElement | null): void {
  if (menu === null) return;
  requestAnimationFrame(() => {
    const first = menu.querySelector<HTMLElement>('[role="menuitem"]:not(:disabled)') ?? menu;
    first.focus({ preventScroll: true });
  });
}

function Entry({ entry: { label, icon: Icon, unavailable = null, isDangerous = false, run } }: { readonly entry: MenuEntry }) {
  return (
    <Menu.Item
      disabled={unavailable !== null}
      onClick={run}
      {...(isDangerous ? { color: 'red' } : {})}
      leftSection={Icon === undefined ? undefined : <Icon size={15} stroke={1.6} aria-hidden />}
    >
      {label}
      {unavailable === null ? null : <span className="ada-context-why">{unavailable}</span>}
    </Menu.Item>
  );
}
