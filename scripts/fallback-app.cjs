// Lies as resources/app in the fallback runtime, which comes without Electron's own way of starting an app from a folder:
// `electron [flags] FOLDER [arguments]` runs the app in FOLDER.
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setAppPath(folder);
app.setName(manifest.productName ?? manifest.name);
if (manifest.version) app.setVersion(manifest.version);
app.setPath('userData', join(app.getPath('appData'), app.getName()));
require(join(folder, manifest.main));
