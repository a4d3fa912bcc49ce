import './shell.css';
import '../features/hosts/hosts.css';
import { lazy, Suspense, useEffect } from 'react';
import { bridge } from '../bridge.ts';
import { unlessDialogOpen } from '../commands/unless-dialog-open.ts';
import { helpWithError } from '../features/troubleshooting/find-cause-button.tsx';
import { PAGES } from '../pages.tsx';
import { HostProvider } from '../stores/host-context.tsx';
import { useShownHostId } from '../stores/hosts.ts';
import { setPage, useView } from '../stores/view.ts';
import { ErrorHelpProvider } from '../ui/error-help.ts';
import { useIsPainted } from '../ui/use-is-painted.ts';
import { Nav } from './nav.tsx';
import { PageView } from './page-view.tsx';
import { StatusLine } from './status-line.tsx';
import { TEXT } from './text.ts';
import { TopBar } from './top-bar.tsx';

const PAGE_COMMAND = 'page:';
// Dialogs are loaded after the first paint.
const Overlays = lazy(async () => ({ default: (await import('./overlays.tsx')).Overlays }));

/** The frame around every page. Only the main area scrolls. */
export function Shell() {
  const page = useView((view) => view.page);
  const hostId = useShownHostId();
  const isPainted = useIsPainted();
  useEffect(
    () =>
      bridge.app.onCommand(({ command }) => {
        const wanted = command.startsWith(PAGE_COMMAND) ? command.slice(PAGE_COMMAND.length) : '';
        if (PAGES.some(({ id }) => id === wanted)) unlessDialogOpen(() => setPage(wanted))();
      }),
    [],
  );
  return (
    <ErrorHelpProvider value={helpWithError}>
      <div className="ada-shell">
        <a className="ada-skip" href="#main">
          {TEXT.skipToContent}
        </a>
        <HostProvider hostId={hostId}>
          <TopBar />
        </HostProvider>
        <Nav />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by the keyboard */}
        <main className="ada-main" id="main" key={page} tabIndex={0}>
          <PageView />
        </main>
        <StatusLine />
        <Suspense fallback={null}>{isPainted ? <Overlays /> : null}</Suspense>
      </div>
    </ErrorHelpProvider>
  );
}
