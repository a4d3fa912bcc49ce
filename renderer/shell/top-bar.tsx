import { Kbd } from '@mantine/core';
import { IconActivityHeartbeat, IconSearch } from '@tabler/icons-react';
import { describeShortcut, IS_MAC } from '../commands/commands.ts';
import { openPalette, usePaletteShortcut } from '../commands/open-palette.ts';
import { GatewaySlots } from '../features/gateway/top-bar-slots.tsx';
import { VramBars } from '../features/gpu/top-bar-vram.tsx';
import { HostSwitcher } from '../features/hosts/host-switcher.tsx';
import { SetupMark } from '../features/setup/top-bar-run.tsx';
import { TEXT } from './text.ts';

/** Host, VRAM, gateway slots and the palette, on every page. */
export function TopBar() {
  usePaletteShortcut();
  return (
    <header className="ada-top">
      <span className="ada-brand">
        <IconActivityHeartbeat size={19} stroke={1.8} color="var(--ada-accent)" aria-hidden />
        <span className="ada-brand-words">{TEXT.panel}</span>
      </span>
      <HostSwitcher />
      <span className="ada-top-gap" />
      <SetupMark />
      <VramBars />
      <GatewaySlots />
      <button type="button" className="ada-palette-button" onClick={() => void openPalette()}>
        <IconSearch size={15} stroke={1.8} aria-hidden />
        <span className="ada-palette-words">{TEXT.searchCommands}</span>
        <Kbd size="xs">{describeShortcut('mod+K', IS_MAC)}</Kbd>
      </button>
    </header>
  );
}
