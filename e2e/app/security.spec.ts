import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { panelWindow } from '../pages/window.ts';
import { answerConfirmations, confirmationsSeen } from '../support/confirmations.ts';
import { expect, launchPanel, test } from '../support/panel.ts';

// Every test here attacks the panel the way a page that went wrong would.
test('the page has no Node, no Electron, and only the contract', async ({ panel }) => {
  const seen = await panel.page.evaluate(() => ({
    require: typeof Reflect.get(globalThis, 'require'),
    process: typeof Reflect.get(globalThis, 'process'),
    module: typeof Reflect.get(globalThis, 'module'),
    electron: typeof Reflect.get(globalThis, 'electron'),
    ada: Object.keys(Reflect.get(globalThis, 'ada') as object).sort(),
    invoke: typeof Reflect.get(Reflect.get(globalThis, 'ada') as object, 'invoke'),
  }));
  expect(seen).toEqual({
    require: 'undefined',
    process: 'undefined',
    module: 'undefined',
    electron: 'undefined',
    ada: [
      'app',
      'checks',
      'comfyui',
      'diagnosis',
      'facts',
      'gallery',
      'gateway',
      'gpu',
      'history',
      'hosts',
      'images',
      'incidents',
      'journal',
      'library',
      'models',
      'probes',
      'report',
      'services',
      'settings',
      'setup',
      'support',
      'troubleshooting',
    ],
    invoke: 'undefined',
  });
});

test('the window is sandboxed, isolated and without Node', async ({ panel }) => {
  const preferences = await panel.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const read: unknown = contents === undefined ? undefined : Reflect.get(contents, 'getLastWebPreferences');
    return typeof read === 'function' ? (read.call(contents) as Record<string, unknown>) : undefined;
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    webSecurity: true,
  });
});

test('a bad payload is refused with words, and nothing happens', async ({ panel }) => {
  const outcome = await panel.page.evaluate(async () => {
    const services = Reflect.get(Reflect.get(globalThis, 'ada') as object, 'services') as Record<
      string,
      (input: unknown) => Promise<unknown>
    >;
    return await services['act']?.({ hostId: 'lab', value: { unit: 'invokeai.service; reboot', verb: 'start' } });
  });
  expect(outcome).toMatchObject({ ok: false, error: { code: 'bad-input' } });
});

/** Calls of a compromised page, which needs no button; each is sent for the lab. */
const PRIVILEGED: readonly { readonly call: string; readonly input: unknown; readonly question: RegExp }[] = [
  { call: 'services.act', input: { unit: 'nginx.service', verb: 'stop' }, question: /^Stop nginx\.service on Lab\?/ },
  { call: 'services.act', input: { unit: 'nginx.service', verb: 'restart' }, question: /^Restart nginx\.service on Lab\?/ },
  { call: 'services.act', input: { unit: 'debug-shell.service', verb: 'start' }, question: /^Start debug-shell\.service on Lab\?/ },
  { call: 'gateway.acceptCertificate', input: { sha256: Array(32).fill('AB').join(':') }, question: /^Trust this certificate/ },
  { call: 'gateway.forgetTrust', input: undefined, question: /^Verify the gateway with the system CAs/ },
];

test('what changes trust or runs as root is not done without the dialog of the main process', async ({ panel }) => {
  await expect(panelWindow(() => panel.page).hostButton()).toContainText(/\d+ ms/);
  await expect(
    panelWindow(() => panel.page)
      .main()
      .getByText('nginx')
      .first(),
  ).toBeVisible();
  await answerConfirmations(panel, false);
  const ask = (call: string, input: unknown) =>
    panel.page.evaluate(
      async ([name, given]) => {
        const [capability = '', member = ''] = String(name).split('.');
        const members = Reflect.get(Reflect.get(globalThis, 'ada') as object, capability) as Record<
          string,
          (input: unknown) => Promise<unknown>
        >;
        return await members[member]?.({ hostId: 'lab', value: given });
      },
      [call, input] as const,
    );
  const before = await panel.page.evaluate(() => window.ada.gateway.state({ hostId: 'lab', value: undefined }));
  for (const { call, input } of PRIVILEGED)
    expect(await ask(call, input), call).toMatchObject({ ok: false, error: { code: 'not-confirmed' } });
  // A plan is the main process's own: what a page made up is refused before anyone is asked.
  expect(await ask('setup.apply', { planId: 'made-up', takeOver: false })).toMatchObject({
    ok: false,
    error: { code: 'setup-plan-unknown' },
  });
  await ask('setup.saveValues', { recipe: 'least-privilege', values: { units: 'debug-shell.service' } });
  const plan = await ask('setup.plan', { recipes: ['least-privilege'], asRoot: false });
  expect(await ask('setup.apply', { planId: fieldOf(plan, 'id'), takeOver: false })).toMatchObject({
    ok: false,
    error: { code: 'not-confirmed' },
  });
  const seen = await confirmationsSeen(panel);
  for (const [index, { question }] of PRIVILEGED.entries()) expect(seen[index]?.question).toMatch(question);
  expect(seen.at(-1)?.question).toBe('Set up Least privilege on Lab?');
  expect(seen).toHaveLength(PRIVILEGED.length + 1);
  expect(await panel.page.evaluate(() => window.ada.gateway.state({ hostId: 'lab', value: undefined }))).toMatchObject({
    ok: true,
    value: { trust: fieldOf(before, 'trust') },
  });
  await expect(
    panelWindow(() => panel.page)
      .main()
      .getByText('nginx')
      .first(),
  ).toBeVisible();
});

test('a confirmation is for the host that was shown, and one at a time', async ({ panel }) => {
  await expect(
    panelWindow(() => panel.page)
      .main()
      .getByText('nginx')
      .first(),
  ).toBeVisible();
  const outcomes = await panel.app.evaluate(async ({ dialog, BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    let answer: (response: number) => void = () => {};
    const opened = new Promise<void>((resolve) => {
      dialog.showMessageBox = () =>
        new Promise((done) => {
          answer = (response) => done({ response, checkboxChecked: false });
          resolve();
        });
    });
    const run = (code: string): Promise<unknown> => contents?.executeJavaScript(code) ?? Promise.resolve(null);
    const first = run("ada.gateway.forgetTrust({ hostId: 'lab', value: undefined })");
    await opened;
    const second = await run("ada.services.act({ hostId: 'lab', value: { unit: 'nginx.service', verb: 'stop' } })");
    await run(
      "ada.gateway.configure({ hostId: 'lab', value: { profile: { address: 'https://elsewhere.test:8800', via: { kind: 'direct' }, observabilityPort: 9100 } } })",
    );
    answer(1);
    return { first: await first, second };
  });
  expect(outcomes.second).toMatchObject({ ok: false, error: { code: 'confirmation-open' } });
  expect(outcomes.first).toMatchObject({ ok: false, error: { code: 'confirmation-outdated' } });
});

test('a navigation away, a new window and a popup are denied', async ({ panel }) => {
  const before = panel.page.url();
  const opened = await panel.page.evaluate(() => {
    const child = window.open('https://example.com/');
    window.location.href = 'https://example.com/';
    return child === null;
  });
  expect(opened).toBe(true);
  // The page still answers, from where it was. Asked past Playwright, which goes on waiting for the navigation.
  const after = await panel.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript("[location.href, document.querySelectorAll('nav').length > 0]"),
  );
  expect(after).toEqual([before, true]);
  expect(await panel.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('a subframe cannot call the main process', async () => {
  const panel = await launchPanel({ args: ['--lab'] });
  const answers = await panel.app.evaluate(async ({ BrowserWindow, ipcMain }) => {
    // The registered handler is asked with the subframe as sender, as Electron would do for a frame with a preload.
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents === undefined) return null;
    await contents.executeJavaScript(
      "new Promise((done) => { const f = document.createElement('iframe'); f.src = 'app://panel/index.html'; f.onload = f.onerror = done; document.body.append(f); })",
    );
    const frames = contents.mainFrame.frames;
    const handlers = Reflect.get(ipcMain, '_invokeHandlers') as Map<string, (event: unknown, input: unknown) => Promise<unknown>>;
    const ask = handlers.get('app.info');
    const call = async (senderFrame: unknown): Promise<string> =>
      JSON.stringify(
        await new Promise((resolve) => {
          const event = { senderFrame, sender: contents, _reply: resolve, _throw: resolve };
          Promise.resolve(ask?.(event, undefined)).then(resolve, resolve);
        }),
      );
    return { frames: frames.length, sub: await call(frames[0] ?? null), none: await call(null) };
  });
  expect(answers?.frames).toBe(1);
  expect(answers?.sub).toContain('sender-refused');
  expect(answers?.none).toContain('sender-refused');
  await panel.close();
});

test('inline script, eval, foreign script and foreign connections do not run', async () => {
  const panel = await launchPanel({ args: ['--lab'] });
  const result = await panel.page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const inline = document.createElement('script');
    inline.textContent = 'globalThis.pwned = 1';
    document.head.append(inline);
    const foreign = document.createElement('script');
    foreign.src = 'https://example.com/x.js';
    const loaded = new Promise((resolve) => {
      foreign.onload = () => resolve('loaded');
      foreign.onerror = () => resolve('refused');
    });
    document.head.append(foreign);
    // In a task of the page's own: what the debugger evaluates may evaluate on.
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested
          globalThis.eval('1');
          resolve('ran');
        } catch {
          resolve('refused');
        }
      }, 0),
    );
    const fetched = await fetch('https://example.com/').then(
      () => 'reached',
      () => 'refused',
    );
    return {
      pwned: Reflect.get(globalThis, 'pwned') ?? null,
      foreign: await loaded,
      evaluated,
      fetched,
      violations: violations.length > 0,
    };
  });
  expect(result).toEqual({ pwned: null, foreign: 'refused', evaluated: 'refused', fetched: 'refused', violations: true });
  await panel.close();
});

test('the page is served with the strict policy, and nothing outside its folder', async () => {
  const panel = await launchPanel({ args: ['--lab'] });
  const answers = await panel.page.evaluate(async () => {
    const page = await fetch('app://panel/index.html');
    const status = async (url: string): Promise<number> => (await fetch(url)).status;
    return {
      policy: page.headers.get('content-security-policy'),
      outside: await status('app://panel/..%2f..%2fpackage.json'),
      encoded: await status('app://panel/%2e%2e/%2e%2e/package.json'),
      post: (await fetch('app://panel/index.html', { method: 'POST' })).status,
    };
  });
  expect(answers.policy).toContain("default-src 'none'");
  expect(answers.policy).toContain("script-src 'self'");
  expect(answers.policy).not.toContain('unsafe-eval');
  expect([answers.outside, answers.encoded, answers.post]).toEqual([404, 404, 405]);
  await panel.close();
});

/** A server for UDP and TCP on one address, and what reached it. */
async function openListener(address: string) {
  const reached: string[] = [];
  const udp = createSocket('udp4', (_message, from) => reached.push(`udp from ${from.port}`));
  await new Promise<void>((resolve) => udp.bind(0, address, resolve));
  const tcp = createServer((socket) => {
    reached.push(`tcp from ${socket.remotePort}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => tcp.listen(0, address, resolve));
  return {
    reached,
    udpPort: udp.address().port,
    tcpPort: (tcp.address() as AddressInfo).port,
    close: () => {
      udp.close();
      tcp.close();
    },
  };
}

test('WebRTC, preconnections and other ways past the policy reach no address, from no frame', async ({ panel }) => {
  const outside = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  const address = outside?.address ?? '127.0.0.1';
  const listener = await openListener(address);
  const gathered = await panel.page.evaluate(
    async ({ host, udp, tcp }) => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const realms = [globalThis, frame.contentWindow ?? globalThis];
      for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'modulepreload', 'icon', 'manifest']) {
        const link = document.createElement('link');
        link.rel = rel;
        link.href = `http://${host}:${tcp}/${rel}`;
        document.head.append(link);
      }
      navigator.sendBeacon(`http://${host}:${tcp}/beacon`);
      const candidates: string[] = [];
      for (const realm of realms) {
        const Connection = Reflect.get(realm, 'RTCPeerConnection') as typeof RTCPeerConnection | undefined;
        if (Connection === undefined) continue;
        const peer = new Connection({
          iceServers: [
            { urls: `stun:${host}:${udp}` },
            { urls: `turn:${host}:${udp}?transport=udp`, username: 'a', credential: 'b' },
            { urls: `turn:${host}:${tcp}?transport=tcp`, username: 'a', credential: 'b' },
            { urls: `turns:${host}:${tcp}?transport=tcp`, username: 'a', credential: 'b' },
          ],
        });
        peer.onicecandidate = ({ candidate }) => candidate && candidates.push(candidate.candidate);
        peer.createDataChannel('x');
        await peer.setLocalDescription(await peer.createOffer());
        // The far end is the listener itself, by UDP and by TCP.
        const far = new Connection();
        await far.setRemoteDescription(peer.localDescription ?? { type: 'offer', sdp: '' });
        await far.setLocalDescription(await far.createAnswer());
        await peer.setRemoteDescription(far.localDescription ?? { type: 'answer', sdp: '' });
        for (const candidate of [
          `candidate:1 1 udp 2130706431 ${host} ${udp} typ host`,
          `candidate:2 1 tcp 1518280447 ${host} ${tcp} typ host tcptype passive`,
        ])
          await peer.addIceCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
        await new Promise<void>((resolve) => {
          const isOver = () => ['failed', 'disconnected', 'closed'].includes(peer.iceConnectionState);
          peer.oniceconnectionstatechange = () => isOver() && resolve();
          if (isOver()) resolve();
        });
        peer.close();
        far.close();
      }
      return candidates;
    },
    { host: address, udp: listener.udpPort, tcp: listener.tcpPort },
  );
  listener.close();
  expect(listener.reached).toEqual([]);
  // No address of this computer is told to the page either.
  expect(gathered.filter((candidate) => candidate.includes(address))).toEqual([]);
  // What the policy refused is said on the console, which is no complaint here.
  panel.complaints.splice(0);
});

test('Chromium has no way out for any address', async ({ panel }) => {
  const ways = await panel.app.evaluate(({ session }) =>
    Promise.all(
      ['http://127.0.0.1:9090/', 'https://localhost/', 'ws://[::1]:1/', 'http://10.0.0.7/'].map((address) =>
        session.defaultSession.resolveProxy(address),
      ),
    ),
  );
  expect(new Set(ways)).toEqual(new Set(['PROXY 255.255.255.255:1']));
});

test('about:blank is no way out of the panel', async ({ panel }) => {
  await panel.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]
      ?.webContents.executeJavaScript("location.href = 'about:blank'; null")
      .catch(() => null),
  );
  await expect(panel.page.getByRole('navigation').first()).toBeVisible();
  expect(panel.page.url()).toMatch(/^app:\/\/panel\//);
});

test('permissions are denied', async ({ panel }) => {
  const states = await panel.page.evaluate(async () => {
    const ask = async (name: string): Promise<string> => (await navigator.permissions.query({ name: name as PermissionName })).state;
    const notification = typeof Notification === 'undefined' ? 'denied' : await Notification.requestPermission();
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    );
    return { geolocation: await ask('geolocation'), camera: await ask('camera'), notification, media };
  });
  expect(states).toEqual({ geolocation: 'denied', camera: 'denied', notification: 'denied', media: 'denied' });
});

test('a second start hands over to the first and ends', async ({ panel }) => {
  await panel.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const second = spawn(panel.app.process().spawnfile, panel.startArguments, { stdio: 'ignore', env: panel.environment });
  const [code] = (await once(second, 'exit')) as [number | null];
  expect(code).toBe(0);
  await expect.poll(() => panel.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())).toBe(false);
  await expect(panel.page.getByRole('navigation').first()).toBeVisible();
});

function fieldOf(outcome: unknown, field: string): unknown {
  return (outcome as { readonly value: Readonly<Record<string, unknown>> }).value[field];
}
