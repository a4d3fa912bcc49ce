import { describe, expect, it } from 'vitest';
import { answersOf, type FakeAnswers, fileLines, find } from '../testing/fake-sources.ts';
import { BACKUPS_CHECKS, isBackupOf } from './backups.ts';
import { CHAIN_SERVICES } from './chain-services.ts';
import { SERVICES_CHECKS } from './services.ts';

const FILE = 262_144;
const UNITS = 'units invokeai.service invokeai-openai-images-shim.service comfyui.service nginx.service';
const NAMES: Readonly<Record<string, string>> = {
  invokeai: 'invokeai.service',
  shim: 'invokeai-openai-images-shim.service',
  comfyui: 'comfyui.service',
  nginx: 'nginx.service',
};
const UNIT_FILES: Readonly<Record<string, string>> = {
  invokeai: '[Service]\nUser=invokeai\nExecStart=/var/lib/invokeai/venv/bin/invokeai-web --root /var/lib/invokeai\n',
  shim: '[Service]\nUser=invokeai\nExecStart=/usr/bin/node /opt/ada-images-shim/images-shim.cjs\n',
  comfyui:
    '[Service]\nUser=comfyui\nWorkingDirectory=/opt/ComfyUI\nExecStart=/opt/comfyui/venv/bin/python main.py --listen 127.0.0.1 --port 8188\n',
  nginx: '[Service]\nExecStart=/usr/sbin/nginx -g "daemon on;"\n',
};
const SITE = 'server {\n listen 0.0.0.0:7860;\n location /readyz { proxy_pass http://127.0.0.1:9091; }\n}\n';
const ROOT = '/var/lib/invokeai';

type Properties = Readonly<Record<string, string>>;
const RUNNING: Properties = {
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'running',
  Result: 'success',
  UnitFileState: 'enabled',
  NeedDaemonReload: 'no',
  MainPID: '4242',
  ExecMainStatus: '0',
  NRestarts: '0',
  StateChangeTimestamp: 'Wed 2026-11-18 14:00:00.000000 UTC',
};

const state = (changes: Readonly<Record<string, Properties>> = {}): readonly string[] =>
  Object.entries(NAMES).flatMap(([key, name]) => [
    `Id=${name}`,
    ...Object.entries({ ...RUNNING, FragmentPath: `/etc/systemd/system/${name}`, ...changes[key] }).map((pair) => pair.join('=')),
    '',
  ]);
const socket = (address: string, unit: string, uid = 0): string =>
  `LISTEN 0 511 ${address} 0.0.0.0:* ${uid === 0 ? '' : `uid:${uid} `}ino:1 sk:1 cgroup:/system.slice/${unit} <->`;
const LISTEN = [
  socket('127.0.0.1:9090', 'invokeai.service', 998),
  socket('127.0.0.1:9091', 'invokeai-openai-images-shim.service', 998),
  socket('127.0.0.1:8188', 'comfyui.service', 997),
  socket('0.0.0.0:7860', 'nginx.service'),
];
const PRESENT = ['755 root root 10 1790000000.000000 regular file'];
const PATHS = [
  `${ROOT}/venv/bin/invokeai-web`,
  '/usr/bin/node',
  '/opt/ada-images-shim/images-shim.cjs',
  '/opt/comfyui/venv/bin/python',
  '/opt/ComfyUI/main.py',
  '/opt/ComfyUI',
  '/usr/sbin/nginx',
];
const old = (text: string): readonly string[] => fileLines(text).map((line) => line.replace('1795000000.000000', '1790000000.000000'));

/** All four services run as they should. */
const GOOD: FakeAnswers = {
  [UNITS]: state(),
  listen: LISTEN,
  clock: ['1795028400.000000000', 'yes'],
  'user invokeai': ['invokeai:x:998:998::/var/lib/invokeai:/usr/sbin/nologin', 'invokeai'],
  'user comfyui': ['comfyui:x:997:997::/opt/comfyui:/usr/sbin/nologin', 'comfyui'],
  ...Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [`file /etc/systemd/system/${name} ${FILE}`, old(UNIT_FILES[key] ?? '')]),
  ),
  ...Object.fromEntries(Object.values(NAMES).map((name) => [`log ${name} 60 400`, ['']])),
  ...Object.fromEntries(PATHS.map((path) => [`file ${path} 0`, PRESENT])),
  [`file ${ROOT} 0`]: ['755 invokeai invokeai 4096 1790000000.000000 directory'],
  [`file ${ROOT}/invokeai.yaml ${FILE}`]: old('schema_version: 4.0.2\nhost: 127.0.0.1\nport: 9090\n'),
  [`file ${ROOT}/invokeai.yaml.bak ${FILE}`]: 'absent',
  'list /etc/nginx/sites-enabled': ['ada-images'],
  'list /etc/nginx/sites-available': ['ada-images', 'ada-images.20261101'],
  'list /etc/nginx/conf.d': [''],
  [`file /etc/nginx/sites-enabled/ada-images ${FILE}`]: [
    '777 root root 36 1790000000.000000 symbolic link',
    '/etc/nginx/sites-available/ada-images',
  ],
  [`file /etc/nginx/sites-available/ada-images ${FILE}`]: old(SITE),
  [`file /etc/ada-images-shim/shim.env ${FILE}`]: 'absent',
  'list /etc/systemd/system': Object.values(NAMES).flatMap((name) => [name, `${name}.ada-20261101T101500Z.bak`]),
  [`list ${ROOT}`]: ['invokeai.yaml', 'invokeai.yaml.2026-11-01'],
};
/** The machine of the gateway. */
const GATEWAY: FakeAnswers = {
  [`file /var/lib/gateway/app/.env ${FILE}`]: old('OBSERVABILITY_PORT=8801\n'),
  [`file /var/lib/gateway/app/app/backends_config.yaml ${FILE}`]: old('backends: {}\n'),
  'list /var/lib/gateway/app': ['.env', '.env.20261101', 'app'],
  'list /var/lib/gateway/app/app': ['backends_config.yaml', 'backends_config.yaml.orig'],
};

const verdictOf = async (id: string, changed: Partial<FakeAnswers> = {}) => {
  const host = Object.fromEntries(Object.entries({ ...GOOD, ...changed }).filter(([, lines]) => lines !== undefined)) as FakeAnswers;
  const { verdict, summary, remedy } = await find([...SERVICES_CHECKS, ...BACKUPS_CHECKS], id, { host, gateway: { machine: GATEWAY } });
  return { verdict, summary, recipe: remedy?.recipe ?? null };
};
const withState = (key: string, properties: Properties): Partial<FakeAnswers> => ({ [UNITS]: state({ [key]: properties }) });
const IDS = [...SERVICES_CHECKS, ...BACKUPS_CHECKS].map(({ id }) => id);

describe('the checks of the services', () => {
  it.each(IDS)('%s passes where all is well', async (id) => {
    const { verdict, summary } = await verdictOf(id);
    expect([verdict, summary]).toEqual(['pass', expect.stringMatching(/\S/)]);
  });

  it.each(IDS)('%s neither passes nor throws on answers that cannot be read', async (id) => {
    const garbage = ['\u0000', '=', 'Id=', 'a'.repeat(70_000), 'Id=invokeai.service', 'LoadState=\u0007', ''];
    for (const lines of [garbage, [''], []]) {
      const host = Object.fromEntries(Object.keys(GOOD).map((request) => [request, lines]));
      const check = [...SERVICES_CHECKS, ...BACKUPS_CHECKS].find((one) => one.id === id);
      expect(() => check?.reads?.second?.(answersOf(host))).not.toThrow();
      const { verdict } = await find([...SERVICES_CHECKS, ...BACKUPS_CHECKS], id, { host });
      expect(['unknown', 'skipped']).toContain(verdict);
    }
    const { verdict } = await find([...SERVICES_CHECKS, ...BACKUPS_CHECKS], id, { host: {} });
    expect(['unknown', 'skipped']).toContain(verdict);
  });

  it('running: stopped, failed, masked, missing, starting, in a loop', async () => {
    const running = (properties: Properties) => verdictOf('service-shim-running', withState('shim', properties));
    expect(await running({})).toMatchObject({ summary: 'invokeai-openai-images-shim.service is active, process 4242 for 5 h' });
    expect(await running({ ActiveState: 'inactive' })).toMatchObject({
      verdict: 'fail',
      summary: 'invokeai-openai-images-shim.service is stopped',
    });
    expect(await running({ ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '203' })).toMatchObject({
      verdict: 'fail',
      summary: 'invokeai-openai-images-shim.service has failed: exit status 203',
    });
    expect(await running({ LoadState: 'masked', ActiveState: 'inactive' })).toMatchObject({ verdict: 'fail', recipe: null });
    expect(await running({ LoadState: 'not-found', ActiveState: 'inactive' })).toMatchObject({ verdict: 'fail', recipe: 'images-shim' });
    expect(await running({ ActiveState: 'activating', SubState: 'start' })).toMatchObject({ verdict: 'warn' });
    expect(await running({ ActiveState: 'activating', SubState: 'auto-restart' })).toMatchObject({ verdict: 'fail' });
  });

  it('names a stopped or missing unit once', async () => {
    const gone = withState('invokeai', { LoadState: 'not-found', ActiveState: 'inactive', UnitFileState: '' });
    const stopped = withState('invokeai', { ActiveState: 'inactive', SubState: 'dead' });
    for (const changed of [gone, stopped]) {
      const bad: string[] = [];
      for (const id of IDS) if (['fail', 'warn'].includes((await verdictOf(id, changed)).verdict)) bad.push(id);
      expect(bad).toEqual(['service-invokeai-running']);
    }
  });

  it('ComfyUI and InvokeAI are skipped where the other one is used', async () => {
    const off = { ActiveState: 'inactive', UnitFileState: 'disabled' };
    for (const aspect of ['running', 'enabled', 'listening'])
      expect(await verdictOf(`service-comfyui-${aspect}`, withState('comfyui', off))).toMatchObject({ verdict: 'skipped' });
    expect(await verdictOf('service-invokeai-running', withState('invokeai', off))).toMatchObject({ verdict: 'fail' });
    const served = { [`file /etc/systemd/system/${NAMES['shim']} ${FILE}`]: old(`${UNIT_FILES['shim']}Environment=SHIM_MODE=comfyui\n`) };
    expect(await verdictOf('service-invokeai-running', { ...served, ...withState('invokeai', off) })).toMatchObject({ verdict: 'skipped' });
    expect(await verdictOf('service-comfyui-running', { ...served, ...withState('comfyui', off) })).toMatchObject({ verdict: 'fail' });
  });

  it('enabled: off at boot, masked, or started by others', async () => {
    const enabled = (UnitFileState: string) => verdictOf('service-nginx-enabled', withState('nginx', { UnitFileState }));
    expect(await enabled('disabled')).toMatchObject({ verdict: 'warn', recipe: 'nginx' });
    expect(await enabled('masked')).toMatchObject({ verdict: 'fail' });
    expect(await enabled('static')).toMatchObject({ verdict: 'pass' });
  });

  it('stable: restarts of the last hour, a loop, and the counter where the log is closed', async () => {
    const log = 'log invokeai.service 60 400';
    const restarts = (count: number) =>
      Array.from(
        { length: count },
        (_, n) => `1795000000.0 ada2 systemd[1]: invokeai.service: Scheduled restart job, restart counter is at ${n}.`,
      );
    const stable = (changed: Partial<FakeAnswers>) => verdictOf('service-invokeai-stable', changed);
    expect(await stable({ [log]: restarts(1) })).toMatchObject({
      verdict: 'warn',
      summary: 'systemd restarted invokeai.service 1 time in the last hour',
    });
    expect(await stable({ [log]: restarts(6) })).toMatchObject({ verdict: 'fail' });
    // Restarts of long ago are no news while the log can be read.
    expect(await stable(withState('invokeai', { NRestarts: '3' }))).toMatchObject({ verdict: 'pass' });
    expect(await stable({ ...withState('invokeai', { NRestarts: '3' }), [log]: 'denied' })).toMatchObject({ verdict: 'warn' });
    expect(await stable(withState('invokeai', { ActiveState: 'failed', Result: 'oom-kill' }))).toMatchObject({
      verdict: 'fail',
      summary: 'invokeai.service has failed: result oom-kill',
    });
  });

  it('current: a unit that systemd has not read again, and files that are younger than the process', async () => {
    expect(await verdictOf('service-shim-current', withState('shim', { NeedDaemonReload: 'yes' }))).toMatchObject({ verdict: 'warn' });
    const young = ['755 root root 10 1795011000.000000 regular file'];
    expect(await verdictOf('service-shim-current', { 'file /opt/ada-images-shim/images-shim.cjs 0': young })).toMatchObject({
      verdict: 'warn',
      summary: 'Restart needed: a file of invokeai-openai-images-shim.service changed after it was started',
    });
    // 2026-11-18 14:00:00 is 1795010400: what InvokeAI writes while it starts is its own.
    const yaml = (changedS: number) => ({
      [`file ${ROOT}/invokeai.yaml ${FILE}`]: old('schema_version: 4.0.2\n').map((line) => line.replace('1790000000', String(changedS))),
    });
    expect(await verdictOf('service-invokeai-current', yaml(1_795_010_430))).toMatchObject({ verdict: 'pass' });
    expect(await verdictOf('service-invokeai-current', yaml(1_795_010_600))).toMatchObject({ verdict: 'warn' });
    const site = {
      [`file /etc/nginx/sites-available/ada-images ${FILE}`]: old(SITE).map((line) => line.replace('1790000000', '1795010600')),
    };
    expect(await verdictOf('service-nginx-current', site)).toMatchObject({ verdict: 'warn' });
  });

  it('listening: nothing, another program, another address', async () => {
    const on = (key: string, ...lines: readonly string[]) =>
      verdictOf(`service-${key}-listening`, { listen: [...LISTEN.filter((line) => !line.includes(`/${NAMES[key]} `)), ...lines] });
    expect(await on('invokeai')).toMatchObject({
      verdict: 'fail',
      summary: 'invokeai.service runs, and nothing listens on 127.0.0.1:9090',
    });
    expect(await on('invokeai', socket('127.0.0.1:9090', 'ollama.service', 998))).toMatchObject({
      verdict: 'fail',
      summary: 'On 127.0.0.1:9090 listens ollama.service instead of invokeai.service',
    });
    expect(await on('invokeai', socket('0.0.0.0:9090', 'invokeai.service', 998))).toMatchObject({
      verdict: 'fail',
      recipe: 'invokeai',
      summary: 'invokeai.service listens on port 9090 of all addresses; its configuration names 127.0.0.1',
    });
    // Without control groups the user decides.
    const bare = (uid: string): string => `LISTEN 0 511 127.0.0.1:9091 0.0.0.0:* ${uid}ino:1 sk:1 cgroup:/ <->`;
    expect(await on('shim', bare('uid:998 '))).toMatchObject({ verdict: 'pass' });
    expect(await on('shim', bare('uid:1000 '))).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('a program of user ID 1000'),
    });
    expect(await on('nginx', socket('[::]:7860', 'nginx.service'))).toMatchObject({ verdict: 'pass' });
    const port = { [`file ${ROOT}/invokeai.yaml ${FILE}`]: old('schema_version: 4.0.2\nport: 9191\n') };
    expect(await verdictOf('service-invokeai-listening', port)).toMatchObject({ verdict: 'fail' });
    const noSite = { [`file /etc/nginx/sites-available/ada-images ${FILE}`]: old('server { listen 80; }\n') };
    expect(await verdictOf('service-nginx-listening', noSite)).toMatchObject({ verdict: 'fail', recipe: 'nginx' });
  });

  it('files: no user, no program, a dead link, a root that may not be written', async () => {
    expect(await verdictOf('service-comfyui-files', { 'user comfyui': 'absent' })).toMatchObject({ verdict: 'fail', recipe: 'comfyui' });
    expect(await verdictOf('service-comfyui-files', { 'file /opt/ComfyUI/main.py 0': 'absent' })).toMatchObject({
      verdict: 'fail',
      summary: 'comfyui.service names /opt/ComfyUI/main.py, which is missing',
    });
    expect(await verdictOf('service-nginx-files', { 'list /etc/nginx/sites-available': ['default'] })).toMatchObject({ verdict: 'fail' });
    expect(
      await verdictOf('service-invokeai-files', { [`file ${ROOT} 0`]: ['755 root root 4096 1790000000.000000 directory'] }),
    ).toMatchObject({
      verdict: 'fail',
      recipe: 'invokeai',
    });
  });

  it('backups: beside the file, or written by Setup, and the one that InvokeAI overwrites', async () => {
    const backups = (changed: Partial<FakeAnswers>) => verdictOf('configuration-backups', changed);
    expect(await backups({ [`list ${ROOT}`]: ['invokeai.yaml', 'invokeai.yaml.bak'] })).toMatchObject({
      verdict: 'warn',
      summary: '1 of 6 files has no backup',
    });
    const bySetup =
      '# Installed by Ada Panel. Changes made here are shown before the next setup run replaces them.\nschema_version: 4.0.2\n';
    expect(await backups({ [`list ${ROOT}`]: ['invokeai.yaml'], [`file ${ROOT}/invokeai.yaml ${FILE}`]: old(bySetup) })).toMatchObject({
      verdict: 'pass',
    });
    expect(await backups({ [`list ${ROOT}`]: 'denied' })).toMatchObject({ verdict: 'unknown' });
    // What may not be looked at may have none.
    const closed = {
      [`list ${ROOT}`]: ['invokeai.yaml', 'invokeai.yaml.20261101'],
      [`file /etc/ada-images-shim/shim.env ${FILE}`]: 'denied',
    } as const;
    expect(await backups(closed)).toMatchObject({ verdict: 'unknown' });
    const slot = {
      [`file ${ROOT}/invokeai.yaml.bak ${FILE}`]: old('schema_version: 4.0.2\nhost: 127.0.0.1\nport: 9090\nprecision: float32\n'),
    };
    expect(await verdictOf('invokeai-backup-slot', slot)).toMatchObject({ verdict: 'warn' });
  });

  it.each([
    ['invokeai.yaml', 'invokeai.yaml.ada-20261127T101500Z.bak', true],
    ['invokeai.yaml', 'invokeai.yaml.20261101', true],
    ['invokeai.yaml', 'invokeai.yaml~', true],
    ['nginx.service', 'nginx.service.orig', true],
    ['invokeai.yaml', 'invokeai.yaml.bak', false],
    ['invokeai.yaml', 'invokeai.yaml', false],
    ['invokeai.service', 'invokeai.service.d', false],
  ])('a backup of %s: %s', (name, other, isIt) => {
    expect(isBackupOf(name, other)).toBe(isIt);
  });

  it('name each service by the unit that the Services page shows', () => {
    expect(CHAIN_SERVICES.map(({ unit }) => unit).sort()).toEqual(Object.values(NAMES).sort());
  });
});
