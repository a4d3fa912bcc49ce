import { useEffect, useState } from 'react';
import { type CommandSource, useCommands } from '../commands/commands.ts';
import { Palette } from '../commands/palette.tsx';
import { useHostCommands } from '../features/hosts/commands.ts';
import { useTroubleshootingCommands } from '../features/troubleshooting/commands.ts';
import { PAGES } from '../pages.tsx';
import { addErrorNotice } from '../stores/notices.ts';
import { useWindowCommands, WINDOW_COMMANDS } from './window-commands.ts';

interface Source {
  readonly id: string;
  readonly useSource: CommandSource;
}

const OWN: readonly Source[] = [
  { id: 'window', useSource: useWindowCommands },
  { id: 'hosts', useSource: useHostCommands },
  { id: 'troubleshooting', useSource: useTroubleshootingCommands },
];
const IDS = ['window', 'hosts', 'troubleshooting', ...PAGES.map(({ id }) => id)];

async function loadSources(): Promise<readonly Source[]> {
  const loaded = await Promise.all(
    PAGES.map(async ({ id, commands }) => (commands === undefined ? [] : [{ id, useSource: await commands() }])),
  );
  return loaded.flat();
}

/** The palette, with the commands of the window, of hosts and of every page, whichever of them is open. */
export function CommandPalette() {
  const [ofPages, setOfPages] = useState<readonly Source[]>([]);
  useEffect(() => {
    loadSources().then(setOfPages, addErrorNotice);
  }, []);
  return (
    <Palette sources={IDS} shortcuts={WINDOW_COMMANDS}>
      {(query) => [...OWN, ...ofPages].map((source) => <Commands key={source.id} source={source} query={query} />)}
    </Palette>
  );
}

function Commands({ source: { id, useSource }, query }: { readonly source: Source; readonly query: string }) {
  useCommands(id, useSource(query));
  return null;
}
