import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { app, BrowserWindow, session } from 'electron';
import { openHistory } from './history/store.ts';
import { createHosts } from './hosts/hosts.ts';
import { createNotices } from './hosts/notices.ts';
import { createPrompts } from './hosts/prompts.ts';
import { createFileLogger } from './log.ts';
import { openSettings } from './settings/settings.ts';
import { declareAppProtocol, serveApp } from './shell/app-protocol.ts';
import { wireEvents } from './shell/event-wiring.ts';
import { appInfo, createHandlers } from './shell/handlers.ts';
import { createEmit, registerHandlers } from './shell/ipc.ts';
import { startLabProcess } from './shell/lab-process.ts';
import { readLaunchOptions } from './shell/launch-options.ts';
import { lockAllContents, lockSession } from './shell/lockdown.ts';
import { setMenu } from './shell/menu.ts';
import { watchNetwork } from './shell/network-watch.ts';
import { openSecrets } from './shell/secrets.ts';
import { createPaintLog, runSmokeTest } from './shell/smoke-test.ts';
import { openWindow } from './shell/window.ts';

/** Electron's own support covers three majors; older ones run, but only for trying the panel out. */
const OLDEST_FULL_ELECTRON = 43;
const SMOKE_LIMIT_MS = 45_000;
/** A page that is this late is not waited for. */
const SCRIPT_LIMIT_MS = 1_500;
const PAINT_LIMIT_MS = 3_000;
const RECALL_LIMIT_MS = 250;

const now = (): number => Date.now();
const startedAt = process.getCreationTime() ?? now();
const options = readLaunchOptions(process.argv, process.env);
if (options.dataFolder !== null) app.setPath('userData', options.dataFolder);
// Chromium refuses its sandbox to root; pages stay without Node either way (each window asks for the sandbox).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
declareAppProtocol();

if (app.requestSingleInstanceLock()) void run();
else app.quit();

async function run(): Promise<void> {
  const dataFolder = app.getPath('userData');
  const bundles = join(app.getAppPath(), 'out');
  mkdirSync(dataFolder, { recursive: true });
  const log = createFileLogger(join(dataFolder, 'logs', 'ada-panel.log'));
  process.on('uncaughtException', (cause) => log.error('main.uncaught', { cause: cause.stack ?? cause.message }));
  process.on('unhandledRejection', (cause) => log.error('main.unhandled', { cause: cause instanceof Error ? cause.stack : String(cause) }));
  lockAllContents(log);

  let window: BrowserWindow | null = null;
  const contents = () => (window === null || window.isDestroyed() ? null : window.webContents);
  const emit = createEmit(contents);
  const paints = createPaintLog(startedAt, process.versions['electron'] ?? 'unknown', (line) => {
    if (options.printPaints) process.stdout.write(`${line}\n`);
  });
  const settings = openSettings({ dataFolder, log });
  const notices = createNotices(now);
  const secrets = openSecrets({ dataFolder, platform: process.platform, log });
  const prompts = createPrompts(secrets);

  await app.whenReady();
  lockSession(session.defaultSession, log);
  const pageServed = serveApp(join(bundles, 'renderer'));
  setMenu((command) => emit('app.command', { command }));
  const open = (): BrowserWindow => openWindow({ dataFolder, preload: join(bundles, 'preload', 'preload.cjs'), log });
  window = open();
  // The page's process starts and reads its scripts meanwhile; what follows would hold up the answers to it.
  await Promise.race([pageServed, pause(SCRIPT_LIMIT_MS)]);

  const history = openHistory({ file: join(dataFolder, 'history.sqlite'), keepDays: () => settings.get().data.keepDays, log, now });
  const hosts = createHosts({
    dataFolder,
    homeFolder: options.homeFolder,
    knownHostsFile: options.knownHostsFile,
    environment: process.env,
    settings,
    history,
    prompts,
    // What was last known is on the screen before anything is dialled.
    mayConnect: Promise.race([paints.lastKnown, paints.window.then(() => pause(RECALL_LIMIT_MS)), pause(PAINT_LIMIT_MS)]),
    openLab: () => startLabProcess(join(bundles, 'lab', 'lab.cjs'), log),
    log,
    now,
  });
  wireEvents({ hosts, prompts, notices, settings, emit });
  const handlers = createHandlers({
    info: () => appInfo({ startedAt, openLab: options.lab, oldestFullElectron: OLDEST_FULL_ELECTRON }),
    hosts,
    history,
    settings,
    prompts,
    notices,
    paints,
    window: () => window,
    storage: () => ({
      dataFolder,
      settingsFile: settings.file,
      hostsFile: hosts.file,
      logFile: join(dataFolder, 'logs', 'ada-panel.log'),
      knownHostsFile: options.knownHostsFile,
      secrets: secrets.report(),
    }),
    now,
  });
  registerHandlers(handlers, contents, log);
  const stopWatching = watchNetwork(() => hosts.session()?.connection ?? null);

  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) window = open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    stopWatching();
    void hosts.dispose().finally(() => {
      history.close();
      log.flush();
      isClosed = true;
      // Without a lab all this is over before Electron has finished asking, and a quit asked for meanwhile is not heard.
      setImmediate(() => app.quit());
    });
  });

  const last = settings.get().last.hostId;
  if (options.lab) await hosts.startLab().catch((cause: unknown) => log.error('lab.failed', { cause: String(cause) }));
  else if (last !== null && last !== 'lab')
    await hosts.select(last).catch((cause: unknown) => log.warn('hosts.last-gone', { cause: String(cause) }));

  if (options.smokeTest) {
    const result = await runSmokeTest(paints, SMOKE_LIMIT_MS);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exitCode = result.ok ? 0 : 1;
    app.quit();
    app.once('quit', () => app.exit(result.ok ? 0 : 1));
  }
}
