import { join } from 'node:path';

const PRODUCT = 'Ada Panel';

/** Where the panel stores its hosts by default: `userData` of Electron's app.getPath, for its product name. */
export function defaultDataFolder(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
): string {
  if (platform === 'darwin') return join(homeFolder, 'Library', 'Application Support', PRODUCT);
  if (platform === 'win32') return join(environment['APPDATA'] ?? join(homeFolder, 'AppData', 'Roaming'), PRODUCT);
  const configured = environment['XDG_CONFIG_HOME'];
  return join(configured === undefined || configured === '' ? join(homeFolder, '.config') : configured, PRODUCT);
}
