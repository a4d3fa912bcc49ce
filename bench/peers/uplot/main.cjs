// The peer of the GPU page: a sandboxed window with four uPlot charts of every sample. `--rows=FILE`: Float64 columns, the first epoch seconds.
const { app, BrowserWindow, protocol } = require('electron');
const { readFile } = require('node:fs/promises');
const { join } = require('node:path');
const rowsFile = process.argv.find((argument) => argument.startsWith('--rows=')).slice('--rows='.length);
const UPLOT = join(__dirname, '..', '..', '..', 'node_modules', 'uplot', 'dist');
const FILES = {
  '/': [join(__dirname, 'index.html'), 'text/html'],
  '/uplot.js': [join(UPLOT, 'uPlot.iife.min.js'), 'text/javascript'],
  '/uplot.css': [join(UPLOT, 'uPlot.min.css'), 'text/css'],
  '/rows': [rowsFile, 'application/octet-stream'],
};
protocol.registerSchemesAsPrivileged([{ scheme: 'peer', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
app.whenReady().then(() => {
  protocol.handle('peer', async (request) => {
    const [file, type] = FILES[new URL(request.url).pathname];
    return new Response(await readFile(file), { headers: { 'content-type': type } });
  });
  const window = new BrowserWindow({ width: 1280, height: 800, webPreferences: { sandbox: true, contextIsolation: true } });
  window.loadURL('peer://bench/');
});
app.on('window-all-closed', () => app.quit());
