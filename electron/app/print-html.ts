import { BrowserWindow, type Session, session } from 'electron';
import { reportNotPrintedError } from '../capabilities/report/errors.ts';
import { APP_ORIGIN } from './app-protocol.ts';

const PAGE = `${APP_ORIGIN}/print`;
const TIMEOUT_MS = 60_000;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** In memory, and of nothing else: its only page is the one to print. */
const PARTITION = 'print';

/** Of the page that is printed now; one at a time. */
let printed: { readonly html: string } | null = null;
let last: Promise<unknown> = Promise.resolve();

/** A session without network, permissions and downloads that serves the page and nothing else. */
function openSession(): Session {
  const own = session.fromPartition(PARTITION, { cache: false });
  if (own.protocol.isProtocolRegistered('app')) return own;
  own.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.on('will-download', (event) => event.preventDefault());
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: url !== PAGE }));
  own.protocol.registerBufferProtocol('app', ({ url }, respond) => {
    const isPage = url === PAGE && printed !== null;
    respond({
      statusCode: isPage ? 200 : 404,
      data: Buffer.from(isPage ? (printed?.html ?? '') : ''),
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' },
    });
  });
  return own;
}

/** A page of HTML as PDF, by a hidden window without scripts, resources and network. Throws report-not-printed. */
export function printHtml(html: string): Promise<Uint8Array> {
  const turn = last.then(() => printNow(html));
  last = turn.catch(() => {});
  return turn;
}

async function printNow(html: string): Promise<Uint8Array> {
  printed = { html };
  const window = new BrowserWindow({
    show: false,
    width: 1000,
    height: 1400,
    webPreferences: {
      session: openSession(),
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      images: false,
      spellcheck: false,
      devTools: false,
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not printed within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  const print = async (): Promise<Uint8Array> => {
    await window.loadURL(PAGE);
    return await window.webContents.printToPDF({ printBackground: true, pageSize: 'A4', preferCSSPageSize: true });
  };
  try {
    return await Promise.race([print(), tooLong]);
  } catch (thrown) {
    throw reportNotPrintedError(String(thrown));
  } finally {
    clearTimeout(timer);
    printed = null;
    window.destroy();
  }
}
