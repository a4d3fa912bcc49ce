// Loaded before an app by NODE_OPTIONS: SIGUSR2 hides its windows. Playwright could too, but under it no page knows that it is hidden.
if (process.type === 'browser') {
  process.on('SIGUSR2', () => {
    const { BrowserWindow } = require('electron');
    for (const window of BrowserWindow.getAllWindows()) window.hide();
  });
}
