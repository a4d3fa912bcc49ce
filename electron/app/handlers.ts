import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, shell } from 'electron';
import type { AppInfo } from '../../shared/capabilities/app/contract.ts';
import type { StorageReport } from '../../shared/capabilities/settings/contract.ts';
import type { Handlers } from '../../shared/contract/index.ts';
import { PanelException } from '../../shared/errors.ts';
import { NO_GPU, NO_SERVICES } from '../../shared/nothing-yet.ts';
import type { HistoryStore } from '../capabilities/history/source.ts';
import { testHost } from '../capabilities/hosts/connection-test.ts';
import type { Gallery } from '../capabilities/images/gallery.ts';
import type { Notices } from '../capabilities/notices/notices.ts';
import type { Prompts } from '../capabilities/prompts/prompts.ts';
import type { SettingsStore } from '../capabilities/settings/settings.ts';
import type { LastKnown } from '../foundation/files/last-known.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import { exportWhole } from '../foundation/files/whole-file.ts';
import { comfyUiHandlers } from './comfyui-handlers.ts';
import { type Confirm, withConfirmations } from './confirm.ts';
import { createConfirmations } from './confirmations.ts';
import { gatewayHandlers } from './gateway-handlers.ts';
import type { Hosts } from './hosts.ts';
import { imageHandlers } from './image-handlers.ts';
import { openLink } from './lockdown.ts';
import { modelHandlers } from './model-handlers.ts';
import { isOutdatedElectron } from './runtime-consent.ts';
import type { HostSession } from './session.ts';
import type { PaintLog } from './smoke-test.ts';

export interface HandlerParts {
  readonly info: () => AppInfo;
  readonly hosts: Hosts;
  readonly history: HistoryStore;
  readonly lastKnown: LastKnown;
  readonly settings: SettingsStore;
  readonly prompts: Prompts;
  readonly notices: Notices;
  readonly gallery: Gallery;
  readonly saves: Pick<SaveMonitor, 'problem'>;
  readonly paints: PaintLog;
  readonly window: () => BrowserWindow | null;
  readonly confirm: Confirm;
  readonly storage: () => StorageReport;
  readonly now: () => number;
}

/** What every call of the contract does. Thin: the rooms do the work. */
export function createHandlers(o: HandlerParts): Handlers {
  const session = (): HostSession => {
    const current = o.hosts.session();
    if (current !== null) return current;
    throw new PanelException({
      code: 'no-host-selected',
      layer: 'panel',
      message: 'No host is selected.',
      hint: 'Pick a host at the top left, or try the lab.',
      retryable: false,
    });
  };
  const saveAs = async (suggested: string): Promise<string | null> => {
    const window = o.window();
    if (window === null) return null;
    const answer = await dialog.showSaveDialog(window, { defaultPath: suggested });
    return answer.canceled || answer.filePath === undefined || answer.filePath === '' ? null : answer.filePath;
  };
  const stamp = (): string => new Date(o.now()).toISOString().slice(0, 19).replace(/[:T]/g, '-');

  const handlers: Handlers = {
    'app.info': o.info,
    'app.notices': () => o.notices.list(),
    'app.unsaved': () => o.saves.problem(),
    'app.openLink': ({ link }) => openLink(link),
    'app.painted': ({ what, at }) => o.paints.painted(what, at),
    'app.showLogFolder': () => shell.showItemInFolder(o.storage().logFile),
    'app.thirdPartyNotices': () => readFile(join(app.getAppPath(), 'out', 'third-party-notices.txt'), 'utf8'),

    'hosts.state': () => o.hosts.state(),
    'hosts.save': ({ profile }) => o.hosts.save(profile),
    'hosts.remove': ({ hostId }) => {
      o.hosts.remove(hostId);
      o.history.clear(hostId);
      o.lastKnown.clear(hostId);
    },
    'hosts.importCandidates': () => o.hosts.importCandidates(),
    'hosts.importAliases': ({ aliases }) => o.hosts.importAliases(aliases),
    'hosts.select': ({ hostId }) => o.hosts.select(hostId),
    'hosts.disconnect': () => session().connection.disconnect(),
    'hosts.retryNow': () => {
      const { connection } = session();
      if (connection.snapshot.state.kind === 'offline') connection.connect();
      else connection.retryNow({ byOperator: true });
    },
    'hosts.test': ({ profile }) => testHost(profile, o.hosts.spareConnection, o.now),
    'hosts.answerPrompt': ({ promptId, answer }) => o.prompts.answer(promptId, answer),
    'hosts.openPrompts': () => o.prompts.open(),
    'hosts.startLab': () => o.hosts.startLab(),
    'hosts.labFault': ({ fault, on }) => o.hosts.labFault(fault, on),

    'gpu.status': () => o.hosts.session()?.gpu.status() ?? NO_GPU,
    'gpu.retry': () => session().gpu.retry(),

    'history.series': (request) => o.history.series(request),
    'history.processRuns': (request) => o.history.runs(request),
    'history.events': (request) => o.history.events(request),
    'history.exportCsv': async (selection) => {
      const savedTo = await saveAs(`ada-panel-${selection.kind}-${stamp()}.csv`);
      if (savedTo === null) return { savedTo, rows: 0 };
      let lines = 0;
      await exportWhole(
        savedTo,
        counted(withLineEnds(o.history.csv(selection)), () => (lines += 1)),
      );
      return { savedTo, rows: Math.max(0, lines - 1) };
    },
    'history.usage': () => o.history.usage(),
    'history.clear': ({ hostId }) => {
      o.history.clear(hostId);
      o.lastKnown.clear(hostId);
    },

    'services.state': () => o.hosts.session()?.services.state() ?? NO_SERVICES,
    'services.refresh': () => session().services.refresh(),
    'services.act': ({ unit, verb }) => session().services.act(unit, verb),
    'services.discover': () => session().services.discover(),
    'services.pin': ({ unit, pinned }) => session().services.pin(unit, pinned),
    'services.order': ({ units }) => session().services.order(units),
    'services.sudoersPlan': ({ asRoot }) => session().services.sudoersPlan(asRoot),
    'services.installSudoers': ({ text, replaces }) => session().services.installSudoers(text, replaces),

    'journal.open': (selection) => session().journal.open(selection),
    'journal.close': ({ streamId }) => o.hosts.session()?.journal.close(streamId),
    'journal.acknowledge': ({ streamId, received }) => o.hosts.session()?.journal.acknowledge(streamId, received),
    'journal.older': (request) => session().journal.older(request),
    'journal.range': (request) => session().journal.range(request),
    'journal.export': async ({ format, ...selection }) => {
      const { journal } = session();
      const savedTo = await saveAs(`ada-panel-logs-${stamp()}.${format === 'text' ? 'txt' : 'jsonl'}`);
      if (savedTo === null) return { savedTo, entries: 0 };
      let entries = 0;
      await exportWhole(
        savedTo,
        counted(journal.exportText(selection, format), () => (entries += 1)),
      );
      return { savedTo, entries };
    },

    ...comfyUiHandlers({ session, hosts: o.hosts }),
    ...modelHandlers({ session, hosts: o.hosts }),
    ...imageHandlers({ session, hosts: o.hosts, gallery: o.gallery, saveAs }),
    ...gatewayHandlers({ hosts: o.hosts, session, window: o.window, confirm: o.confirm }),

    'settings.get': () => o.settings.get(),
    'settings.update': (patch) => o.settings.update(patch),
    'settings.storage': o.storage,
  };
  return withConfirmations(
    handlers,
    createConfirmations({ shown: () => o.hosts.session()?.profile ?? null, prompts: o.prompts, session }),
    o.confirm,
  );
}

async function* counted(pieces: Iterable<string> | AsyncIterable<string>, count: () => void): AsyncGenerator<string, void, void> {
  for await (const piece of pieces) {
    count();
    yield piece;
  }
}

function* withLineEnds(lines: Iterable<string>): Generator<string, void, void> {
  for (const line of lines) yield `${line}\n`;
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
