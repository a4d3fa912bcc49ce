import '@mantine/spotlight/styles.css';
import { ModalsProvider } from '@mantine/modals';
import { Palette } from '../commands/palette.tsx';
import { AddHostDialog } from '../features/hosts/add-host-dialog.tsx';
import { PromptDialogs } from '../features/hosts/prompts.tsx';
import { HostProvider } from '../stores/host-context.tsx';
import { useShownHostId } from '../stores/hosts.ts';
import { NoticesDrawer } from './notices-drawer.tsx';
import { ServiceCommands } from './service-commands.tsx';
import { ShellCommands } from './shell-commands.tsx';

/** What opens over the pages: dialogs, prompts, the palette and its commands. None of them is needed for the first paint. */
export function Overlays() {
  return (
    <>
      <ModalsProvider />
      <HostProvider hostId={useShownHostId()}>
        <ShellCommands />
        <ServiceCommands />
      </HostProvider>
      <Palette />
      <NoticesDrawer />
      <AddHostDialog />
      <PromptDialogs />
    </>
  );
}
