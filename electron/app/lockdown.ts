import { app, type Session, shell, type WebContents } from 'electron';
import type { LINKS } from '../../shared/capabilities/app/contract.ts';
import { OFFICIAL_HUB } from '../../shared/default-settings.ts';
import type { Logger } from '../foundation/log/log.ts';
import { APP_ORIGIN } from './app-protocol.ts';

/** The only permission the page ever has: writing text to the clipboard after a click. Everything else is denied. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** All external addresses that the panel opens. The renderer passes a name, never an address. */
const LINK_ADDRESSES: Readonly<Record<(typeof LINKS)[number], string>> = {
  'nvidia-driver-help': 'https://ubuntu.com/server/docs/nvidia-drivers-installation',
  'sudoers-help': 'https://www.sudo.ws/docs/man/sudoers.man/',
  'ssh-config-help': 'https://man.openbsd.org/ssh_config',
};

export function isAppOrigin(url: string): boolean {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}` === APP_ORIGIN;
  } catch {
    return false;
  }
}

export function openLink(link: (typeof LINKS)[number]): Promise<void> {
  return shell.openExternal(LINK_ADDRESSES[link]);
}

/** The page of a repository, whose id the contract has checked; licences are accepted there. */
export function openModelPage(id: string): Promise<void> {
  return shell.openExternal(`${OFFICIAL_HUB}/${id}`);
}

/**
 * The broadcast address as a proxy, to which no system can connect. All TCP traffic of a page, including WebRTC and preconnections,
 * ends there; the panel's own clients are Node's and ignore the proxy.
 */
const NO_WAY_OUT = '255.255.255.255:1';

/**
 * Disables name resolution, UDP and all outgoing connections of Chromium. Call before the app is ready; setting the proxy on the
 * session would delay the window.
 */
export function lockNetwork(): void {
  app.commandLine.appendSwitch('proxy-server', NO_WAY_OUT);
  app.commandLine.appendSwitch('proxy-bypass-list', '<-loopback>');
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  for (const policy of ['force-webrtc-ip-handling-policy', 'webrtc-ip-handling-policy'])
    app.commandLine.appendSwitch(policy, 'disable_non_proxied_udp');
}

/** Denies permissions, devices, downloads and every request outside the panel's own schemes. */
export function lockSession(session: Session, log: Logger): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    const granted = ALLOWED_PERMISSIONS.has(permission);
    if (!granted) log.warn('security.permission-denied', { permission });
    answer(granted);
  });
  session.setPermissionCheckHandler((_contents, permission) => ALLOWED_PERMISSIONS.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  // The main process's own clients do all network traffic; the page does none.
  session.webRequest.onBeforeRequest((details, answer) => {
    const inPage = ['app:', 'data:', 'blob:', 'devtools:'].some((scheme) => details.url.startsWith(scheme));
    if (!inPage) log.warn('security.request-denied', { url: details.url.slice(0, 200) });
    answer({ cancel: !inPage });
  });
}

function lockContents(contents: WebContents, log: Logger): void {
  const denyForeign = (event: { preventDefault(): void }, url: string): void => {
    if (isAppOrigin(url)) return;
    log.warn('security.navigation-denied', { url: url.slice(0, 200) });
    event.preventDefault();
  };
  contents.on('will-navigate', (event) => denyForeign(event, event.url));
  contents.on('will-frame-navigate', (event) => denyForeign(event, event.url));
  contents.on('will-redirect', (event) => denyForeign(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  // about:blank makes no request, so no earlier event can deny it; the page is loaded again.
  contents.on('did-navigate', (_event, url) => {
    if (isAppOrigin(url)) return;
    log.warn('security.navigation-undone', { url: url.slice(0, 200) });
    void contents.loadURL(`${APP_ORIGIN}/`).catch(() => {});
  });
  contents.setWindowOpenHandler(({ url }) => {
    log.warn('security.window-denied', { url: url.slice(0, 200) });
    return { action: 'deny' };
  });
}

/** Locks every page of the app. Call before the first window. */
export function lockAllContents(log: Logger): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents, log));
}
