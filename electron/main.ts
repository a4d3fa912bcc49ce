import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { app, BrowserWindow, dialog, session } from 'electron';
import { declareAppProtocol, serveApp } from './shell/app-protocol.ts';
import { createEarlyLog } from './shell/early-log.ts';
import { createEmit, registerCalls } from './shell/ipc.ts';
import { answerCommandLine, readLaunchOptions } from './shell/launch-options.ts';
import { lockAllContents, lockSession } from './shell/lockdown.ts';
import { setMenu } from './shell/menu.ts';
import { readStartState } from './shell/start-state.ts';
import { openWindow } from './shell/window.ts';

/** A page that is this late is not waited for. */
const PAINT_LIMIT_MS = 1_500;

// Only what the window itself needs is loaded here; the rooms come with shell/panel.ts while the page's process starts.
const startedAt = process.getCreationTime() ?? Date.now();
const options = readLaunchOptions(process.argv, process.env);
const answer = answerCommandLine(process.argv.slice(1), app.getVersion());
const unwritable = answer === null ? whyUnwritable(options.dataFolder ?? app.getPath('userData')) : null;
if (answer !== null) endEarly(answer.text, answer.exitCode);
else if (unwritable !== null) endEarly(unwritable, 1);
else begin();

function begin(): void {
  if (options.dataFolder !== null) app.setPath('userData', options.dataFolder);
  // Chromium refuses its sandbox to root; pages stay without Node either way (each window asks for the sandbox).
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  declareAppProtocol();
  if (app.requestSingleInstanceLock()) void run();
  else endEarly('Ada Panel is already running; its window is shown.', 0);
}

/** Prints why there is no window, and ends. */
function endEarly(text: string, exitCode: number): void {
  (exitCode === 0 ? process.stdout : process.stderr).write(`${text}\n`, () => process.exit(exitCode));
}

/** Makes the data folder. Without it Chromium would report a second start instead of the reason, which is returned; null = all is well. */
function whyUnwritable(folder: string): string | null {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return null;
  } catch (cause) {
    return `Ada Panel cannot write its data folder: ${cause instanceof Error ? cause.message : String(cause)}. Start it with --data-folder=DIR.`;
  }
}

async function run(): Promise<void> {
  const dataFolder = app.getPath('userData');
  const bundles = join(app.getAppPath(), 'out');
  const log = createEarlyLog();
  process.on('uncaughtException', (cause) => log.error('main.uncaught', { cause: cause.stack ?? cause.message }));
  process.on('unhandledRejection', (cause) => log.error('main.unhandled', { cause: cause instanceof Error ? cause.stack : String(cause) }));
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
  setMenu((command) => emit('app.command', { command }));
  let painted = (): void => {};
  const isPainted = new Promise<void>((resolve) => {
    painted = resolve;
  });
  // Loading the panel takes a core for a tenth of a second; until something is on the screen, the page has better use for it.
  const panel = Promise.race([isPainted, pause(PAINT_LIMIT_MS)])
    .then(() => import('./shell/panel.ts'))
    .then(({ startPanel }) =>
      startPanel({
        options,
        startedAt,
        dataFolder,
        startFile,
        labScript: join(bundles, 'lab', 'lab.cjs'),
        window: () => window,
        emit,
        earlyLog: log,
      }),
    );
  registerCalls({
    answer: panel.then(({ answer }) => answer),
    window: contents,
    onCall: (name) => {
      if (name === 'app.painted') painted();
    },
    log,
  });
  const open = (): BrowserWindow => openWindow({ dataFolder, preload: join(bundles, 'preload', 'preload.cjs'), log });
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
  const { shown, smokeTest } = await panel.catch((cause: unknown) => {
    dialog.showErrorBox('Ada Panel could not start', cause instanceof Error ? cause.message : String(cause));
    app.exit(1);
    throw cause;
  });
  await shown;
  if (options.smokeTest) {
    const result = await smokeTest();
    process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exitCode = result.ok ? 0 : 1;
    app.quit();
  }
}
