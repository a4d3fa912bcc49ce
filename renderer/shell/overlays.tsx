import '@mantine/spotlight/styles.css';
import { ModalsProvider } from '@mantine/modals';
import { AddHostDialog } from '../features/hosts/add-host-dialog.tsx';
import { PromptDialogs } from '../features/hosts/prompts.tsx';
import { AnswerDialog } from '../features/troubleshooting/answer-dialog.tsx';
import { HostProvider } from '../stores/host-context.tsx';
import { useShownHostId } from '../stores/hosts.ts';
import { ContextMenu } from './context-menu.tsx';
import { GuidePanel } from './guide-panel.tsx';
import { NoticesDrawer } from './notices-drawer.tsx';
import { CommandPalette } from './palette-commands.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { UndoNotice } from './undo-notice.tsx';

/** What opens over the pages: dialogs, prompts, the palette and its commands. None of them is needed for the first paint. */
export function Overlays() {
  return (
    <>
      <ModalsProvider />
      <HostProvider hostId={useShownHostId()}>
        <CommandPalette />
        <AnswerDialog />
      </HostProvider>
      <NoticesDrawer />
      <AddHostDialog />
      <GuidePanel />
      <ShortcutsDialog />
      <PromptDialogs />
      <UndoNotice />
      <ContextMenu />
    </>
  );
}
