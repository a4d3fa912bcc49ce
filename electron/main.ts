import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { app, BrowserWindow, session } from 'electron';
import { declareAppProtocol, serveApp } from './app/app-protocol.ts';
import { createEarlyLog } from './app/early-log.ts';
import { createEmit, registerCalls } from './app/ipc.ts';
import { answerCommandLine, type LaunchOptions, readLaunchOptions } from './app/launch-options.ts';
import { lockAllContents, lockNetwork, lockSession } from './app/lockdown.ts';
import { setMenu } from './app/menu.ts';
import { openScratchFolder, removeQuietly, takeLock, whyUnwritable } from './app/single-panel.ts';
import { failStart } from './app/start-failure.ts';
import { readStartState } from './app/start-state.ts';
import { openWindow } from './app/window.ts';
import { createSaveMonitor } from './foundation/files/save-monitor.ts';

/** A page that is this late is not waited for. */
const PAINT_TIMEOUT_MS = 1_500;
const CHECKS_FLAG = '--checks';
const CHECKS_NOT_RUN = 3;
/** Nothing is drawn, so nobody needs to hear that nothing can be. */
const WINDOWLESS = ['--ozone-platform=headless', '--disable-gpu', '--disable-software-rasterizer', '--log-level=3'];

// Only what the window itself needs is loaded here; the capabilities come with app/panel.ts once the page is on the screen.
const startedAt = process.getCreationTime() ?? Date.now();
const log = createEarlyLog();
const saves = createSaveMonitor();
let isStarted = false;
/** A page has been on the screen. */
let isShown = false;
let isFailing = false;

/** Every start ends in a window, or here. */
function fail(cause: unknown, message = 'Ada Panel could not start'): void {
  if (isFailing) return;
  isFailing = true;
  void failStart(cause, { log, message, isAttended: !process.argv.includes('--smoke-test') });
}
process.on('uncaughtException', (cause) => {
  log.error('main.uncaught', { cause: cause.stack ?? cause.message });
  if (!isStarted) fail(cause);
});
process.on('unhandledRejection', (cause) => {
  log.error('main.unhandled', { cause: cause instanceof Error ? cause.stack : String(cause) });
  if (!isStarted) fail(cause);
});
try {
  begin();
} catch (cause) {
  fail(cause);
}

function begin(): void {
  if (process.argv.includes(CHECKS_FLAG)) {
    runWithoutWindow();
    return;
  }
  const answer = answerCommandLine(process.argv.slice(1), app.getVersion());
  if (answer !== null) {
    endEarly(answer.text, answer.exitCode);
    return;
  }
  const options = readLaunchOptions(process.argv, process.env);
  const dataFolder = resolve(options.dataFolder ?? app.getPath('userData'));
  // Nothing can be saved then; watching a host needs no disk, so the window opens all the same and says it.
  const isWritable = saves.save(dataFolder, () => {
    const cause = whyUnwritable(dataFolder);
    if (cause !== null) throw cause;
  });
  const scratch = isWritable ? null : openScratchFolder(process.env);
  if (scratch !== null) {
    app.setPath('sessionData', scratch);
    app.on('will-quit', () => removeQuietly(scratch));
  }
  const keepUserDataIn = (folder: string): boolean => {
    try {
      app.setPath('userData', folder);
      return true;
    } catch {
      return false;
    }
  };
  if (!keepUserDataIn(dataFolder) && scratch !== null) keepUserDataIn(scratch);
  // Chromium refuses its sandbox to root; pages stay without Node either way (each window asks for the sandbox).
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  declareAppProtocol();
  keepNetworkServiceInProcess();
  lockNetwork();
  const lock = takeLock({ folder: dataFolder, request: () => app.requestSingleInstanceLock(), platform: process.platform });
  if (lock === 'other-panel') endEarly('Ada Panel is already running; its window is shown.', 0);
  else run(options, dataFolder).catch(fail);
}

/** `ada-panel --checks …` */
function runWithoutWindow(): void {
  const options = process.argv.slice(process.argv.indexOf(CHECKS_FLAG) + 1);
  if (process.platform === 'linux' && app.commandLine.getSwitchValue('ozone-platform') !== 'headless') {
    // Without a display Chromium ends before anything could run, and which platform it uses is decided before this line.
    const { status } = spawnSync(process.execPath, [...WINDOWLESS, ...process.argv.slice(1)], {
      stdio: 'inherit',
    });
    process.exit(status ?? CHECKS_NOT_RUN);
  }
  isStarted = true;
  lockNetwork();
  const dataFolder = app.getPath('userData');
  void app
    .whenReady()
    .then(() => import('./checks-program.ts'))
    .then(({ runChecksProgram }) => runChecksProgram(options, { dataFolder, labScript: join(app.getAppPath(), 'out', 'lab', 'lab.cjs') }))
    .then((exitCode) => process.stdout.write('', () => process.exit(exitCode)))
    .catch((cause: unknown) => {
      process.stderr.write(`${String(cause)}\n`, () => process.exit(CHECKS_NOT_RUN));
    });
}

/** The page reaches no network, so Chromium's process for it would only be one more to start: docs/decisions/003-start.md. */
function keepNetworkServiceInProcess(): void {
  const features = [app.commandLine.getSwitchValue('enable-features'), 'NetworkServiceInProcess2'];
  app.commandLine.appendSwitch('enable-features', features.filter((feature) => feature !== '').join(','));
}

/** Prints why there is no window, and ends. */
function endEarly(text: string, exitCode: number): void {
  (exitCode === 0 ? process.stdout : process.stderr).write(`${text}\n`, () => process.exit(exitCode));
}

async function run(options: LaunchOptions, dataFolder: string): Promise<void> {
  const bundles = join(app.getAppPath(), 'out');
  lockAllContents(log);

  let window: BrowserWindow | null = null;
  const contents = () => (window === null || window.isDestroyed() ? null : window.webContents);
  const emit = createEmit(contents);

  await app.whenReady();
  lockSession(session.defaultSession, log);
  const startFile = join(dataFolder, 'start.json');
  // Once: a page that is loaded again finds the panel behind it, which knows better.
  let isFirstPage = !options.lab;
  const startState = (): string | null => {
    const state = isFirstPage ? readStartState(startFile) : null;
    isFirstPage = false;
    return state;
  };
  serveApp(join(bundles, 'renderer'), startState, async (request) => (await panel).image(request));
  setMenu((command) => emit.panel('app.command', { command }));
  let painted = (): void => {};
  const isPainted = new Promise<void>((resolve) => {
    painted = resolve;
  });
  // Loading the panel takes a core for a tenth of a second; until something is on the screen, the page has better use for it.
  const panel = Promise.race([isPainted, pause(PAINT_TIMEOUT_MS)])
    .then(() => import('./app/panel.ts'))
    .then(({ startPanel }) =>
      startPanel({
        options,
        startedAt,
        dataFolder,
        startFile,
        labScript: join(bundles, 'lab', 'lab.cjs'),
        shippedFolder: join(bundles, 'images-shim'),
        window: () => window,
        emit,
        earlyLog: log,
        saves,
      }),
    );
  registerCalls({
    answer: panel.then(({ answer }) => answer),
    window: contents,
    onCall: (name) => {
      if (name !== 'app.painted') return;
      isShown = true;
      painted();
    },
    log,
  });
  const open = (): BrowserWindow =>
    openWindow({
      dataFolder,
      preload: join(bundles, 'preload', 'preload.cjs'),
      saves,
      log,
      onPageLost: (cause) => fail(cause, isShown ? 'The window of Ada Panel cannot be shown' : undefined),
    });
  window = open();

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
  const { shown, smokeTest } = await panel;
  isStarted = true;
  await shown;
  if (options.smokeTest) {
    const result = await smokeTest();
    process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exitCode = result.ok ? 0 : 1;
    app.quit();
  }
}
