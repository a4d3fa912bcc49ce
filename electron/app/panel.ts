import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { app, type BrowserWindow, session } from 'electron';
import type { PanelError } from '../../shared/errors.ts';
import { openHistory } from '../capabilities/history/store.ts';
import { openGallery } from '../capabilities/images/gallery.ts';
import { createNotices } from '../capabilities/notices/notices.ts';
import { createPrompts } from '../capabilities/prompts/prompts.ts';
import { openSettings } from '../capabilities/settings/settings.ts';
import { openLastKnown } from '../foundation/files/last-known.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import { createFileLogger } from '../foundation/log/log.ts';
import { createAnswer } from './answer.ts';
import type { ImageRequest } from './app-files.ts';
import { createConfirm } from './confirm.ts';
import { showConfirmation } from './confirm-dialog.ts';
import type { EarlyLog } from './early-log.ts';
import { endProcess } from './end-process.ts';
import { wireEvents } from './event-wiring.ts';
import { appInfo, createHandlers } from './handlers.ts';
import { createHosts } from './hosts.ts';
import type { Answer, Emit } from './ipc.ts';
import { startLabProcess } from './lab-process.ts';
import type { LaunchOptions } from './launch-options.ts';
import { watchNetwork } from './network-watch.ts';
import { createRuntimeConsent } from './runtime-consent.ts';
import { openSecrets } from './secrets.ts';
import { createPaintLog, runSmokeTest, type SmokeResult } from './smoke-test.ts';
import { keepStartState } from './start-keeper.ts';
import { guardUnsaved } from './unsaved-guard.ts';

const SMOKE_LIMIT_MS = 45_000;
/** A page that is this late is not waited for. */
const PAINT_LIMIT_MS = 3_000;
const RECALL_LIMIT_MS = 250;

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

/** Composes the rooms and wires them to the window; ends them when the app quits. */
export function startPanel(o: {
  readonly options: LaunchOptions;
  readonly startedAt: number;
  readonly dataFolder: string;
  readonly labScript: string;
  readonly startFile: string;
  readonly window: () => BrowserWindow | null;
  readonly emit: Emit;
  readonly earlyLog: EarlyLog;
  readonly saves: SaveMonitor;
}): Panel {
  const { options, dataFolder, emit } = o;
  const logFile = join(dataFolder, 'logs', 'ada-panel.log');
  const { saves } = o;
  const log = createFileLogger(logFile, { onTrouble: (cause, retry) => saves.report(logFile, cause, retry) });
  o.earlyLog.attach(log);
  const paints = createPaintLog(o.startedAt, process.versions['electron'] ?? 'unknown', (line) => {
    if (options.printPaints) process.stdout.write(`${line}\n`);
  });
  const notices = createNotices(now);
  const sayBroken = (what: string) => (movedTo: string) =>
    notices.say('warning', `${what} could not be read, so the panel began anew; what was there is kept in ${movedTo}`);
  const sayNotUnderstood = (what: string) => (places: readonly string[]) =>
    notices.say('warning', `${what} of a newer version are ignored, and stay in the file: ${places.slice(0, 5).join(', ')}`);
  const sayProblem = (problem: PanelError | null): void => {
    if (problem === null) notices.say('good', 'Changes are saved again');
    else notices.say('bad', problem.message, problem);
  };
  const atStart = saves.problem();
  if (atStart !== null) sayProblem(atStart);
  saves.onChange(sayProblem);
  const settings = openSettings({
    dataFolder,
    saves,
    log,
    onBroken: sayBroken('The settings'),
    onNotUnderstood: sayNotUnderstood('Settings'),
  });
  const secrets = openSecrets({ dataFolder, platform: process.platform, saves, log });
  const prompts = createPrompts(secrets);
  const lastKnown = openLastKnown({ file: join(dataFolder, 'last-known.json'), saves, log });
  const historyFile = join(dataFolder, 'history.sqlite');
  const history = openHistory({
    file: historyFile,
    keepDays: () => settings.get().data.keepDays,
    onTrouble: (cause) => saves.report(historyFile, cause),
    log,
    now,
  });
  const gallery = openGallery({ folder: join(dataFolder, 'gallery'), log });
  const hosts = createHosts({
    dataFolder,
    homeFolder: options.homeFolder,
    knownHostsFile: options.knownHostsFile,
    environment: process.env,
    settings,
    history,
    lastKnown,
    prompts,
    secrets,
    gallery,
    isWindowShown: () => {
      const window = o.window();
      return window !== null && !window.isDestroyed() && window.isVisible() && !window.isMinimized();
    },
    // What was last known is on the screen before anything is dialled.
    mayConnect: Promise.race([paints.lastKnown, paints.window.then(() => pause(RECALL_LIMIT_MS)), pause(PAINT_LIMIT_MS)]),
    allowRealHosts: createRuntimeConsent({
      electron: process.versions['electron'] ?? 'unknown',
      isConfirmed: options.fallbackConfirmed,
      confirm: async () => {
        await paints.window;
        return await showConfirmation(o.window(), {
          question: 'Connect to real hosts with an outdated browser?',
          facts: [
            `This start runs on Electron ${process.versions['electron']} (Chromium ${process.versions['chrome']}), which gets no security fixes. It is meant for trying the panel out.`,
          ],
          action: 'Connect anyway',
        });
      },
    }),
    onBroken: sayBroken('The list of hosts'),
    onNotUnderstood: sayNotUnderstood('Hosts'),
    saves,
    openLab: () => startLabProcess(o.labScript, log),
    log,
    now,
  });
  wireEvents({ hosts, prompts, notices, settings, gallery, saves, emit });
  const handlers = createHandlers({
    info: () => appInfo({ startedAt: o.startedAt, openLab: options.lab }),
    hosts,
    history,
    saves,
    lastKnown,
    settings,
    prompts,
    notices,
    gallery,
    paints,
    window: o.window,
    confirm: createConfirm((confirmation) => showConfirmation(o.window(), confirmation)),
    storage: () => ({
      dataFolder,
      settingsFile: settings.file,
      hostsFile: hosts.file,
      logFile,
      knownHostsFile: options.knownHostsFile,
      secrets: secrets.report(),
    }),
    now,
  });
  guardUnsaved(o.window(), () => gallery.unsaved().filter(({ savedTo }) => savedTo === null).length);
  const start = keepStartState({ file: o.startFile, settings, hosts, saves });
  const stopWatching = watchNetwork(hosts.session);

  app.once('will-quit', (event) => {
    event.preventDefault();
    session.defaultSession.flushStorageData();
    stopWatching();
    start.stop();
    start.keep();
    void hosts.dispose().finally(async () => {
      lastKnown.flush();
      await gallery.flush();
      history.close();
      saves.retry();
      // Its socket lies in a folder of its own in the system's folder for temporary files, which is removed with it.
      app.releaseSingleInstanceLock();
      endProcess(Number(process.exitCode ?? 0));
    });
  });

  const show = async (): Promise<void> => {
    const last = settings.get().last.hostId;
    if (options.lab) await hosts.startLab().catch((cause: unknown) => log.error('lab.failed', { cause: String(cause) }));
    else if (last !== null && last !== 'lab')
      await hosts.select(last).catch((cause: unknown) => log.warn('hosts.last-gone', { cause: String(cause) }));
  };
  return {
    // Before the first answer: one that knows of no host yet could reach the page after the news of the host.
    shown: show(),
    answer: createAnswer(handlers, log),
    image: ({ kind, pictureId }) => (kind === 'image' ? gallery.image(pictureId) : gallery.thumbnail(pictureId)),
    smokeTest: () => runSmokeTest(paints, SMOKE_LIMIT_MS),
  };
}
