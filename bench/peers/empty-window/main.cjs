// The peer of the figures of start and idling: the emptiest sandboxed window that reports its first paint. With --stay it stays open.
const { app, BrowserWindow } = require('electron');
const { join } = require('node:path');
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800, show: false, webPreferences: { sandbox: true, contextIsolation: true } });
  window.once('ready-to-show', () => window.show());
  window.webContents.once('page-title-updated', () => {
    process.stdout.write(`painted ${Date.now()}\n`);
    if (!process.argv.includes('--stay')) app.quit();
  });
  window.loadFile(join(__dirname, 'index.html'));
});
