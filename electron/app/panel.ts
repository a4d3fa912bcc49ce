import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { app, type BrowserWindow, session } from 'electron';
import { type PanelError, toPanelError } from '../../shared/errors.ts';
import { findLabHost, LAB_HOST_ID, LAB_HOSTS } from '../../shared/lab-hosts.ts';
import { galleryCapability } from '../capabilities/gallery/capability.ts';
import { historyCapability } from '../capabilities/history/capability.ts';
import { openHostList } from '../capabilities/hosts/host-list.ts';
import { imagesCapability } from '../capabilities/images/capability.ts';
import { createNotices } from '../capabilities/notices/notices.ts';
import { createPrompts } from '../capabilities/prompts/prompts.ts';
import { openSettings } from '../capabilities/settings/settings.ts';
import { openLastKnown } from '../foundation/files/last-known.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import { createShippedFiles } from '../foundation/files/shipped.ts';
import { createFileLogger } from '../foundation/log/log.ts';
import { createAnswer } from './answer.ts';
import type { ImageRequest } from './app-files.ts';
import { guardClose } from './close-guard.ts';
import { createConfirm } from './confirm.ts';
import { showConfirmation } from './confirm-dialog.ts';
import { createDesktop } from './desktop.ts';
import type { EarlyLog } from './early-log.ts';
import { endProcess } from './end-process.ts';
import { createHandlers } from './handlers.ts';
import { createHosts } from './hosts.ts';
import type { Answer, Emit } from './ipc.ts';
import { createLabHost, type Labs } from './lab-host.ts';
import type { LaunchOptions } from './launch-options.ts';
import { watchNetwork } from './network-watch.ts';
import { openLab } from './open-lab.ts';
import { appInfo, createOwnHandlers } from './own-handlers.ts';
import { openPanelSession } from './panel-session.ts';
import { createRuntimeConsent } from './runtime-consent.ts';
import { openSecrets } from './secrets.ts';
import { narrateSession } from './session-notices.ts';
import { createPaintLog, runSmokeTest, type SmokeResult } from './smoke-test.ts';
import { createStartStateWriter } from './start-state-writer.ts';

const SMOKE_TIMEOUT_MS = 45_000;
/** The longest wait for the first paint before hosts are dialled. */
const PAINT_TIMEOUT_MS = 3_000;
const RECALL_TIMEOUT_MS = 250;

const now = (): number => Date.now();

/** The panel behind the window. */
export interface Panel {
  readonly answer: Answer;
  /** The PNG of an image of the gallery; null when there is none that may be decoded. Never rejects. */
  readonly image: (request: ImageRequest) => Promise<Uint8Array | null>;
  /** Settles when the lab, or the host that was shown last, is shown; a failure is logged. */
  readonly shown: Promise<void>;
  smokeTest(): Promise<SmokeResult>;
}

/** Composes the capabilities and connects them to the window; stops them when the app quits. */
export function startPanel(o: {
  readonly options: LaunchOptions;
  readonly startedAt: number;
  readonly dataFolder: string;
  readonly labScript: string;
  /** Folder of the programs that are installed on hosts. */
  readonly shippedFolder: string;
  readonly startFile: string;
  readonly window: () => BrowserWindow | null;
  readonly emit: Emit;
  readonly earlyLog: EarlyLog;
  readonly saves: SaveMonitor;
}): Panel {
  const { options, dataFolder, emit } = o;
  const logFile = join(dataFolder, 'logs', 'ada-panel.log');
  const { saves } = o;
  const log = createFileLogger(logFile, { onProblem: (cause, retry) => saves.report(logFile, cause, retry) });
  o.earlyLog.attach(log);
  const paints = createPaintLog(o.startedAt, process.versions['electron'] ?? 'unknown', (line) => {
    if (options.printPaints) process.stdout.write(`${line}\n`);
  });
  const notices = createNotices(now);
  const reportCorruptFile = (what: string) => (movedTo: string) =>
    notices.notify('warning', `${what} could not be read and were reset. The old file is saved as ${movedTo}`);
  const reportUnknownEntries = (what: string) => (places: readonly string[]) =>
    notices.notify('warning', `${what} of a newer version are ignored (still in the file): ${places.slice(0, 5).join(', ')}`);
  const reportSaveError = (problem: PanelError | null): void => {
    if (problem === null) notices.notify('good', 'Saving works again');
    else notices.notify('bad', problem.message, problem);
  };
  const atStart = saves.currentError();
  if (atStart !== null) reportSaveError(atStart);
  saves.onChange(reportSaveError);
  const settings = openSettings({
    dataFolder,
    saves,
    log,
    onCorrupt: reportCorruptFile('Settings'),
    onUnknownEntries: reportUnknownEntries('Settings'),
  });
  const secrets = openSecrets({ dataFolder, platform: process.platform, saves, log });
  const prompts = createPrompts(secrets);
  const lastKnown = openLastKnown({ file: join(dataFolder, 'last-known.json'), saves, log });
  const list = openHostList({
    dataFolder,
    homeFolder: options.homeFolder,
    environment: process.env,
    onCorrupt: reportCorruptFile('Hosts'),
    onUnknownEntries: reportUnknownEntries('Hosts'),
    saves,
    log,
  });
  const panel = openPanelSession({
    parts: {
      dataFolder,
      settings,
      secrets,
      shipped: createShippedFiles(o.shippedFolder),
      lastKnown,
      saves,
      desktop: createDesktop(o.window),
      confirm: createConfirm((confirmation) => showConfirmation(o.window(), confirmation)),
      storage: () => ({
        dataFolder,
        settingsFile: settings.file,
        hostsFile: list.file,
        logFile,
        knownHostsFile: options.knownHostsFile,
        secrets: secrets.report(),
      }),
      isWindowShown: () => {
        const window = o.window();
        return window !== null && !window.isDestroyed() && window.isVisible() && !window.isMinimized();
      },
      log,
      now,
    },
    emit,
  });
  // The last known state is painted before any host is dialled.
  const isPainted = Promise.race([paints.lastKnown, paints.window.then(() => pause(RECALL_TIMEOUT_MS)), pause(PAINT_TIMEOUT_MS)]);
  const history = panel.context.use(historyCapability);
  const openOne = { labScript: o.labScript, history, hasPast: options.labHasPast, isPainted, log, now };
  const labs: Labs = new Map(LAB_HOSTS.map((info) => [info.id, createLabHost(() => openLab(info, openOne))]));
  const hosts = createHosts({
    list,
    labs,
    panel,
    emit,
    prompts,
    homeFolder: options.homeFolder,
    knownHostsFile: options.knownHostsFile,
    environment: process.env,
    mayConnect: isPainted,
    allowRealHosts: createRuntimeConsent({
      electron: process.versions['electron'] ?? 'unknown',
      isConfirmed: options.fallbackConfirmed,
      confirm: async () => {
        await paints.window;
        return await showConfirmation(o.window(), {
          question: 'Connect to real hosts with an outdated Electron?',
          facts: [
            `Electron ${process.versions['electron']} (Chromium ${process.versions['chrome']}) gets no security fixes and is for evaluation only.`,
          ],
          action: 'Connect anyway',
        });
      },
    }),
  });
  saves.onChange((problem) => emit.panel('app.unsavedChanged', problem));
  notices.onNotice((notice) => emit.panel('app.noticed', notice));
  prompts.onPrompted((prompt) => emit.panel('hosts.prompted', prompt));
  prompts.onClosed((closed) => emit.panel('hosts.promptClosed', closed));
  hosts.onChange((state) => emit.panel('hosts.changed', state));
  hosts.onSession((session) => narrateSession(session, notices));
  const own = createOwnHandlers({
    info: () => appInfo({ startedAt: o.startedAt, openLab: options.lab }),
    panel,
    hosts,
    list,
    labs,
    prompts,
    notices,
    paints,
    window: o.window,
  });
  const gallery = panel.context.use(galleryCapability);
  guardClose(o.window(), () => {
    const phases = hosts.sessions().flatMap((session) =>
      session
        .use(imagesCapability)
        .runs()
        .map(({ phase }) => phase.kind),
    );
    return {
      unsavedImages: gallery.unsaved().filter(({ savedTo }) => savedTo === null).length,
      waitingRuns: phases.filter((kind) => kind === 'waiting').length,
      openRuns: phases.filter((kind) => kind === 'running').length,
    };
  });
  const start = createStartStateWriter({ file: o.startFile, settings, hosts, saves });
  const stopWatching = watchNetwork(hosts);

  app.once('will-quit', (event) => {
    event.preventDefault();
    session.defaultSession.flushStorageData();
    stopWatching();
    start.stop();
    start.write();
    void hosts.dispose().finally(async () => {
      lastKnown.flush();
      await panel.stop();
      saves.retry();
      // Releasing the lock also removes the temporary folder of its socket.
      app.releaseSingleInstanceLock();
      endProcess(Number(process.exitCode ?? 0));
    });
  });

  const openFirst = async (): Promise<void> => {
    const hostId = options.lab ? LAB_HOST_ID : settings.get().last.hostId;
    if (hostId === null || (findLabHost(hostId) !== null && !options.lab)) return;
    await hosts.open(hostId).catch((thrown: unknown) => {
      const error = toPanelError(thrown);
      log.error('hosts.first-not-opened', { host: hostId, code: error.code });
      notices.notify('bad', error.message, error);
    });
  };
  return {
    // Opened before the first answer, which could otherwise reach the page after the event and report no host.
    shown: openFirst(),
    answer: createAnswer(createHandlers(own, panel, hosts), log),
    image: ({ kind, pictureId }) => (kind === 'image' ? gallery.image(pictureId) : gallery.thumbnail(pictureId)),
    smokeTest: () => runSmokeTest(paints, SMOKE_TIMEOUT_MS),
  };
}
