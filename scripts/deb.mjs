// Makes a .deb of the packed folder with dpkg-deb alone.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetupError } from './output.mjs';
import { ask } from './processes.mjs';
import { SYSTEM_PACKAGES } from './system-packages.mjs';

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
/** Libraries that newer Ubuntu releases renamed; either name will do. */
const RENAMED = ['libgtk-3-0', 'libasound2', 'libatk-bridge2.0-0'];

/** The desktop file; its name is the `desktopName` of package.json, by which desktops find the icon of a window. */
export function desktopFile({ productName, description }) {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${productName}`,
    `Comment=${description}`,
    'Exec=/usr/bin/ada-panel',
    'Icon=ada-panel',
    'Terminal=false',
    'Categories=System;Monitor;',
    'StartupWMClass=ada-panel',
    '',
  ].join('\n');
}

/** The control file; dependencies are those of Electron itself. */
export function controlFile({ name, version, description, author }, { architecture, installedKiB }) {
  const libraries = SYSTEM_PACKAGES.filter(({ use }) => use === 'libraries').map((entry) =>
    RENAMED.includes(entry.name) ? `${entry.name} | ${entry.name}t64` : entry.name,
  );
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${author}`,
    'Section: admin',
    'Priority: optional',
    `Installed-Size: ${installedKiB}`,
    `Depends: ${libraries.join(', ')}, xdg-utils`,
    'Recommends: libsecret-1-0, openssh-client',
    `Description: ${description.split(/[.:]/)[0]}`,
    ` ${description}`,
    '',
  ].join('\n');
}

function sizeOf(path) {
  const status = lstatSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** Folders and programs are readable by all users, whatever the umask of the packing user. */
function setModes(path) {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return;
  if (status.isDirectory()) {
    chmodSync(path, 0o755);
    for (const name of readdirSync(path)) setModes(join(path, name));
  } else chmodSync(path, status.mode & 0o100 ? 0o755 : 0o644);
}

/** Packs `unpacked` as dist/NAME_VERSION_ARCH.deb and returns its path. */
export function makeDeb(unpacked, outFolder) {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) throw new SetupError(`Debian has no architecture for ${process.arch}.`, 'Use the packed folder.');
  const tree = join(outFolder, 'deb');
  rmSync(tree, { recursive: true, force: true });
  const place = (path) => {
    const file = join(tree, path);
    mkdirSync(join(file, '..'), { recursive: true });
    return file;
  };
  cpSync(unpacked, place('opt/ada-panel'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('/opt/ada-panel/ada-panel', place('usr/bin/ada-panel'));
  writeFileSync(place('usr/share/applications/ada-panel.desktop'), desktopFile(manifest));
  for (const image of readdirSync(join(ROOT, 'build', 'icons')))
    copyFileSync(join(ROOT, 'build', 'icons', image), place(`usr/share/icons/hicolor/${image.replace('.png', '')}/apps/ada-panel.png`));
  copyFileSync(join(ROOT, 'build', 'icon.svg'), place('usr/share/icons/hicolor/scalable/apps/ada-panel.svg'));
  copyFileSync(join(ROOT, 'LICENSE'), place('usr/share/doc/ada-panel/copyright'));
  copyFileSync(join(ROOT, 'out', 'third-party-notices.txt'), place('usr/share/doc/ada-panel/third-party-notices.txt'));
  setModes(tree);
  // Where the system gives ordinary users no namespaces of their own (Ubuntu since 23.10), Chromium's sandbox needs this bit.
  chmodSync(join(tree, 'opt/ada-panel/chrome-sandbox'), 0o4755);
  const installedKiB = Math.ceil(sizeOf(tree) / 1024);
  writeFileSync(place('DEBIAN/control'), controlFile(manifest, { architecture, installedKiB }));
  chmodSync(join(tree, 'DEBIAN'), 0o755);
  const file = join(outFolder, `${manifest.name}_${manifest.version}_${architecture}.deb`);
  const made = ask('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z4', '--build', tree, file]);
  rmSync(tree, { recursive: true, force: true });
  if (made === null) throw new SetupError('dpkg-deb could not build the package.', 'See its output above.');
  return file;
}
