import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, type BrowserWindow, shell } from 'electron';
import type { AppInfo } from '../../shared/capabilities/app/contract.ts';
import type { CallOutput, PanelCallsOf, ParsedInput } from '../../shared/contract/index.ts';
import { testHost } from '../capabilities/hosts/connection-test.ts';
import type { HostList } from '../capabilities/hosts/host-list.ts';
import type { Notices } from '../capabilities/notices/notices.ts';
import { confirmHostKey } from '../capabilities/prompts/host-key-confirmation.ts';
import type { Prompts } from '../capabilities/prompts/prompts.ts';
import type { Hosts } from './hosts.ts';
import { type Labs, requireLab } from './lab-host.ts';
import { openLink, openModelPage } from './lockdown.ts';
import type { PanelSession } from './panel-session.ts';
import { isOutdatedElectron } from './runtime-consent.ts';
import type { PaintLog } from './smoke-test.ts';
import { runWindowAction } from './window-actions.ts';

/** The calls about the window and the list of hosts, which belong to no capability. */
type OwnCall = PanelCallsOf<'app' | 'hosts'>;
export type OwnHandlers = { readonly [N in OwnCall]: (input: ParsedInput<N>) => CallOutput<N> | Promise<CallOutput<N>> };

export interface OwnHandlerParts {
  readonly info: () => AppInfo;
  readonly panel: PanelSession;
  readonly hosts: Hosts;
  readonly list: HostList;
  readonly labs: Labs;
  readonly prompts: Prompts;
  readonly notices: Notices;
  readonly paints: PaintLog;
  readonly window: () => BrowserWindow | null;
}

export function createOwnHandlers({ info, panel, hosts, list, labs, prompts, notices, paints, window }: OwnHandlerParts): OwnHandlers {
  const { saves, storage, confirm, now } = panel.context;
  return {
    'app.info': info,
    'app.notices': () => notices.list(),
    'app.unsaved': () => saves.currentError(),
    'app.openLink': ({ link }) => openLink(link),
    'app.openModelPage': ({ id }) => openModelPage(id),
    'app.painted': ({ what, at }) => paints.painted(what, at),
    'app.windowAction': ({ action }) => runWindowAction(window(), action),
    'app.showLogFolder': () => shell.showItemInFolder(storage().logFile),
    'app.thirdPartyNotices': () => readFile(join(app.getAppPath(), 'out', 'third-party-notices.txt'), 'utf8'),

    'hosts.state': () => hosts.state(),
    'hosts.save': ({ profile }) => hosts.save(profile),
    'hosts.remove': ({ hostId }) => hosts.remove(hostId),
    'hosts.importCandidates': () => list.importCandidates(),
    'hosts.importAliases': ({ aliases }) => list.importAliases(aliases),
    'hosts.open': ({ hostId }) => hosts.open(hostId),
    'hosts.disconnect': ({ hostId }) => hosts.requireSession(hostId).connection.disconnect(),
    'hosts.retryNow': async ({ hostId }) => {
      const session = hosts.requireSession(hostId);
      if (session.connection.snapshot.state.kind === 'offline') await session.connect();
      else session.connection.retryNow({ byOperator: true });
    },
    'hosts.test': ({ profile }) => testHost(profile, hosts.testConnection, now),
    'hosts.answerPrompt': async ({ promptId, answer }) => {
      const confirmation = confirmHostKey(prompts, promptId, answer);
      if (confirmation !== null) await confirm(confirmation);
      prompts.answer(promptId, answer);
    },
    'hosts.openPrompts': () => prompts.open(),
    'hosts.labFault': ({ hostId, fault, on }) => requireLab(labs, hostId).fault(fault, on),
  };
}

/** Facts about this start for the renderer. */
export function appInfo(o: { readonly startedAt: number; readonly openLab: boolean }): AppInfo {
  const electron = process.versions['electron'] ?? '0';
  return {
    version: app.getVersion(),
    electron,
    chrome: process.versions['chrome'] ?? '0',
    node: process.versions.node,
    platform: process.platform,
    fallbackRuntime: isOutdatedElectron(electron),
    startedAt: o.startedAt,
    openLab: o.openLab,
  };
}
