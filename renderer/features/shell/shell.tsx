import './shell.css';
import '../hosts/hosts.css';
import { useEffect } from 'react';
import { bridge } from '../../bridge.ts';
import { isPageId, setPage, useView } from '../../stores/view.ts';
import { AddHostDialog } from '../hosts/add-host-dialog.tsx';
import { PromptDialogs } from '../hosts/prompts.tsx';
import { AskedVerbDialog } from './asked-verb.tsx';
import { Nav } from './nav.tsx';
import { PageView } from './page-view.tsx';
import { Palette, unlessAsked } from './palette.tsx';
import { ShellCommands } from './shell-commands.tsx';
import { StatusLine } from './status-line.tsx';
import { TopBar } from './top-bar.tsx';

const PAGE_COMMAND = 'page:';

/** The frame around every page. Only the main area scrolls. */
export function Shell() {
  const page = useView((view) => view.page);
  useEffect(
    () =>
      bridge.app.onCommand(({ command }) => {
        const wanted = command.startsWith(PAGE_COMMAND) ? command.slice(PAGE_COMMAND.length) : '';
        if (isPageId(wanted)) unlessAsked(() => setPage(wanted))();
      }),
    [],
  );
  return (
    <div className="ada-shell">
      <a className="ada-skip" href="#main">
        To the page
      </a>
      <TopBar />
      <Nav />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by the keyboard */}
      <main className="ada-main" id="main" key={page} tabIndex={0}>
        <PageView />
      </main>
      <StatusLine />
      <ShellCommands />
      <Palette />
      <AskedVerbDialog />
      <AddHostDialog />
      <PromptDialogs />
    </div>
  );
}
