import { describe, expect, it } from 'vitest';
import { parseTimestampMs } from '../../electron/capabilities/services/show-parser.ts';
import { logRequest, serviceLog } from '../../electron/capabilities/setup/adopt/service-facts.ts';
import { findHolder, LOCK_REQUEST } from '../../electron/capabilities/setup/engine/lock-holder.ts';
import { FACT_REQUESTS, readHostFacts } from '../../electron/capabilities/setup/host-facts.ts';
import {
  type FileState,
  type HostAnswers,
  readFileRequest,
  readFileState,
  readListRequest,
  readPackagesRequest,
  readStatRequest,
  readUnitStates,
  readUnitsRequest,
  readUserRequest,
} from '../../electron/foundation/host-reader/answers.ts';
import { readHost } from '../../electron/foundation/host-reader/reader.ts';
import { commandsWithoutPassword } from '../../electron/foundation/ssh/sudo-list.ts';
import { makeCertificate } from '../../lab/base/certificate.ts';
import { HEALTH_FIELDS } from '../../shared/host-scripts/host-read.ts';
import { SETUP_LOCK } from '../../shared/host-scripts/setup.ts';
import { HOSTS } from './hosts.ts';
import { online, openPanel, until } from './panel.ts';
import type { SharedFault } from './real-faults.ts';
import { SUDO, useHost } from './use-host.ts';

const UNIT = '[Unit]\nDescription=Seen\n[Service]\nUser=seen\nExecStart=/usr/bin/sleep 600\n[Install]\nWantedBy=multi-user.target\n';
const PATHS = {
  text: '/srv/seen/text',
  empty: '/srv/seen/empty',
  secret: '/srv/seen/secret',
  folder: '/srv/seen/folder',
  inClosed: '/srv/seen/closed/file',
  closed: '/srv/seen/closed',
  link: '/srv/seen/link',
  belowFile: '/srv/seen/text/below',
  absent: '/srv/seen/absent',
  unit: '/etc/systemd/system/seen.service',
  rule: '/etc/sudoers.d/seen',
} as const;

/** What both hosts report of a file; the size of a folder is a matter of its file system. */
const described = (state: FileState | null | undefined): unknown => {
  if (state === null || state === undefined) return state;
  const { changedS, bytes, ...rest } = state;
  expect(changedS).toBeGreaterThan(1_700_000_000);
  return state.kind === 'folder' ? rest : { ...rest, bytes };
};

describe.each(HOSTS)('reading a host for Setup (%s)', (kind) => {
  const { host, panel } = useHost(kind, async ({ panel }) => {
    const asRoot = async (argv: readonly string[], stdin?: string): Promise<void> => {
      const { exitCode, stderr } = await panel.connection.exec(argv, { ...SUDO, ...(stdin === undefined ? {} : { stdin }) });
      expect(exitCode, stderr).toBe(0);
    };
    const home = ['--home-dir', '/srv/seen', '--shell', '/usr/sbin/nologin'];
    await asRoot(['useradd', '--system', '--user-group', '--no-create-home', ...home, '--', 'seen']);
    for (const [path, mode] of [
      ['/srv/seen', '755'],
      [PATHS.folder, '750'],
      [PATHS.closed, '700'],
    ] as const)
      await asRoot(['install', '-d', '-o', 'seen', '-g', 'seen', '-m', mode, '--', path]);
    await asRoot(['tee', PATHS.text], 'one\ntwo ä\n');
    await asRoot(['touch', PATHS.empty]);
    await asRoot(['tee', PATHS.secret], 'secret\n');
    await asRoot(['chmod', '640', '--', PATHS.secret]);
    await asRoot(['tee', PATHS.inClosed], 'closed\n');
    await asRoot(['ln', '-sfT', '--', 'text', PATHS.link]);
    await asRoot(['chown', '--no-dereference', 'seen:seen', '--', PATHS.text]);
    await asRoot(['tee', PATHS.unit], UNIT);
    await asRoot(['systemctl', 'daemon-reload']);
  });

  const read = (requests: readonly string[], asRoot = false): Promise<HostAnswers> => readHost(panel().connection, requests, { asRoot });
  const fileAt = (answers: HostAnswers, path: string): unknown => described(readFileState(answers.get(readFileRequest(path))));

  it('reports files of all kinds, with what may not be read', async () => {
    const answers = await read([...Object.values(PATHS).map(readFileRequest), readStatRequest(PATHS.secret)]);
    const owned = { owner: 'seen', group: 'seen' };
    const ofRoot = { owner: 'root', group: 'root' };
    const file = { kind: 'file', target: null, isReadable: true } as const;
    expect(fileAt(answers, PATHS.text)).toEqual({ ...file, ...owned, mode: '644', bytes: 11, text: 'one\ntwo ä\n' });
    expect(fileAt(answers, PATHS.empty)).toEqual({ ...file, ...ofRoot, mode: '644', bytes: 0, text: '' });
    expect(fileAt(answers, PATHS.secret)).toEqual({ ...file, ...ofRoot, mode: '640', bytes: 7, text: null, isReadable: false });
    expect(described(readFileState(answers.get(readStatRequest(PATHS.secret))))).toMatchObject({ bytes: 7, isReadable: true });
    expect(fileAt(answers, PATHS.folder)).toEqual({ kind: 'folder', ...owned, mode: '750', target: null, text: null, isReadable: true });
    expect(fileAt(answers, PATHS.link)).toEqual({
      kind: 'link',
      ...ofRoot,
      mode: '777',
      bytes: 4,
      target: 'text',
      text: null,
      isReadable: true,
    });
    expect(fileAt(answers, PATHS.absent)).toBeNull();
    expect(fileAt(answers, PATHS.belowFile)).toBeNull();
    expect(answers.get(readFileRequest(PATHS.inClosed))?.status).toBe('denied');
    expect(fileAt(answers, PATHS.inClosed)).toBeUndefined();
  });

  it('reports the last lines of a file, and whether it may be read', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index} ä`);
    await panel().connection.exec(['tee', '/srv/seen/log'], { ...SUDO, stdin: `${lines.join('\n')}\n` });
    const tail = (path: string, count: number): string => `tail ${path} ${count}`;
    const requests = [tail('/srv/seen/log', 3), tail('/srv/seen/log', 200), ...Object.values(PATHS).map((path) => tail(path, 3))];
    const [few, all, ...answers] = await read(requests).then((found) => requests.map((request) => found.get(request)));
    // The reader ends each file by a line of its own, which may be empty.
    const written = (answer: typeof few): readonly string[] | undefined => answer?.lines.filter((line) => line !== '');
    expect(few?.status).toBe('ok');
    expect(written(few)).toEqual(lines.slice(-3));
    expect(written(all)).toEqual(lines);
    const statuses = Object.fromEntries(Object.keys(PATHS).map((name, index) => [name, answers[index]?.status]));
    expect(statuses).toMatchObject({
      text: 'ok',
      empty: 'ok',
      secret: 'denied',
      folder: 'denied',
      link: 'ok',
      absent: 'absent',
      unit: 'ok',
    });
    expect(written(answers[Object.keys(PATHS).indexOf('link')])).toEqual(['one', 'two ä']);
    expect((await read([tail(PATHS.secret, 3)], true)).get(tail(PATHS.secret, 3))).toMatchObject({ status: 'ok' });
  });

  it('reports to root what others may not read', async () => {
    const answers = await read([readFileRequest(PATHS.secret), readFileRequest(PATHS.inClosed), readListRequest(PATHS.closed)], true);
    expect(fileAt(answers, PATHS.secret)).toMatchObject({ text: 'secret\n', isReadable: true });
    expect(fileAt(answers, PATHS.inClosed)).toMatchObject({ text: 'closed\n' });
    expect(answers.get(readListRequest(PATHS.closed))).toEqual({ status: 'ok', lines: ['file'] });
  });

  it('reports names in folders', async () => {
    const answers = await read(['/srv/seen', PATHS.closed, PATHS.absent, PATHS.folder].map(readListRequest));
    expect(answers.get(readListRequest('/srv/seen'))).toEqual({
      status: 'ok',
      lines: ['closed', 'empty', 'folder', 'link', 'log', 'secret', 'text'],
    });
    expect(answers.get(readListRequest(PATHS.closed))).toEqual({ status: 'denied', lines: [] });
    expect(answers.get(readListRequest(PATHS.absent))).toEqual({ status: 'absent', lines: [] });
    expect(answers.get(readListRequest(PATHS.folder))?.status).toBe('denied');
  });

  it('reports users, units and packages', async () => {
    const names = ['seen.service', 'no-such.service'];
    const packages = ['sudo', 'no-such-package'];
    const answers = await read([
      ...['seen', 'no-such-user'].map(readUserRequest),
      readUnitsRequest(names),
      readPackagesRequest(packages),
      readPackagesRequest(['sudo']),
    ]);
    expect(answers.get(readUserRequest('no-such-user'))).toEqual({ status: 'absent', lines: [] });
    const [entry = '', groups] = answers.get(readUserRequest('seen'))?.lines ?? [];
    expect([entry.replaceAll(/:\d+/g, ':N'), groups]).toEqual(['seen:x:N:N::/srv/seen:/usr/sbin/nologin', 'seen']);
    const units = readUnitStates(answers.get(readUnitsRequest(names)));
    const common = {
      ActiveState: 'inactive',
      SubState: 'dead',
      NeedDaemonReload: 'no',
      MainPID: '0',
      ExecMainStatus: '0',
      NRestarts: '0',
      Result: 'success',
      StateChangeTimestamp: '',
      DropInPaths: '',
    };
    const seen = { Id: 'seen.service', LoadState: 'loaded', UnitFileState: 'disabled', FragmentPath: PATHS.unit, User: 'seen' };
    expect(Object.fromEntries(units.get('seen.service') ?? [])).toEqual({ ...common, ...seen });
    const missing = { Id: 'no-such.service', LoadState: 'not-found', UnitFileState: '', FragmentPath: '', User: '' };
    expect(Object.fromEntries(units.get('no-such.service') ?? [])).toEqual({ ...common, ...missing });
    const lines = (wanted: readonly string[]) =>
      (answers.get(readPackagesRequest(wanted))?.lines ?? []).map((line) => line.replace(/^sudo \S+ /, 'sudo VERSION '));
    expect(lines(packages)).toEqual(['sudo VERSION ii ', '--']);
    expect(lines(['sudo'])).toEqual(['sudo VERSION ii ']);
  });

  it('reports a running unit whose file changed since it was loaded', async () => {
    const append = async (): Promise<void> => {
      await panel().connection.exec(['tee', '-a', PATHS.unit], { ...SUDO, stdin: '# changed\n' });
    };
    const needsReload = async (): Promise<string | undefined> => {
      const request = readUnitsRequest(['seen.service']);
      return readUnitStates((await read([request])).get(request))
        .get('seen.service')
        ?.get('NeedDaemonReload');
    };
    await append();
    expect(await needsReload()).toBe('no');
    await panel().connection.exec(['systemctl', 'start', 'seen.service'], SUDO);
    await append();
    expect(await needsReload()).toBe('yes');
  });

  it('reports who holds the lock of Setup, and which commands sudo lists as free of a password', async () => {
    const asRoot = (argv: readonly string[], stdin = '') => panel().connection.exec(argv, { ...SUDO, ...(stdin === '' ? {} : { stdin }) });
    const free = '/usr/bin/systemctl start seen.service';
    const seen = async () => {
      const answers = await read([LOCK_REQUEST, 'sudo']);
      const listing = (answers.get('sudo')?.lines ?? []).slice(2).join('\n');
      return { holder: findHolder(answers), isFree: commandsWithoutPassword(listing).includes(free) };
    };
    expect(await seen()).toEqual({ holder: null, isFree: false });
    await asRoot(['tee', SETUP_LOCK], 'token\nanna on laptop: InvokeAI\n');
    await asRoot(['tee', PATHS.rule], `${host().profile.user} ALL=(root) NOPASSWD: ${free}\n`);
    try {
      const { holder, isFree } = await seen();
      expect(holder).toMatchObject({ token: 'token', text: 'anna on laptop: InvokeAI' });
      expect(holder?.ageS).toBeLessThan(600);
      expect(isFree).toBe(true);
    } finally {
      await asRoot(['rm', '-f', '--', SETUP_LOCK, PATHS.rule]);
    }
  });

  it('reports on one clock when a unit started and when a file changed', async () => {
    const times = async (): Promise<{ readonly startedMs: number; readonly changedMs: number }> => {
      const [units, file] = [readUnitsRequest(['seen.service']), readStatRequest(PATHS.text)];
      const answers = await read([units, file]);
      const startedMs = parseTimestampMs(readUnitStates(answers.get(units)).get('seen.service')?.get('StateChangeTimestamp') ?? '');
      return { startedMs: startedMs ?? Number.NaN, changedMs: (readFileState(answers.get(file))?.changedS ?? Number.NaN) * 1000 };
    };
    await panel().connection.exec(['tee', PATHS.text], { ...SUDO, stdin: 'new\n' });
    await panel().connection.exec(['systemctl', 'restart', 'seen.service'], SUDO);
    const before = await times();
    // The kernel stamps files with the time of its last tick.
    expect(before.startedMs).toBeGreaterThan(before.changedMs - 20);
    await panel().connection.exec(['tee', PATHS.text], { ...SUDO, stdin: 'newer\n' });
    const after = await times();
    expect(after.startedMs).toBe(before.startedMs);
    expect(after.changedMs).toBeGreaterThan(after.startedMs - 20);
  });

  it('reports what a running service logged since it was started', async () => {
    const lines = serviceLog('invokeai.service', await read([logRequest('invokeai.service')]));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toContain('SYSLOG_IDENTIFIER');
    expect(serviceLog('no-such.service', await read([logRequest('no-such.service')]))).toEqual([]);
  });

  it.skipIf(kind === 'lab')('reports the words of the run before while a restart loop has just begun the next', async () => {
    const inside = async (command: string): Promise<string> => (await host().real?.exec('sh', '-c', command)) ?? '';
    const words = async (unit: string) => serviceLog(unit, await read([logRequest(unit)]));
    const tried = '/run/loop-tried';
    const program = `if [ -e ${tried} ]; then exec sleep 600; fi; touch ${tried}; echo refused >&2; exit 2`;
    await inside(`cat >/etc/systemd/system/loop.service <<'END'
[Service]
ExecStart=/bin/sh -c '${program}'
Restart=always
RestartSec=1
END
rm -f ${tried}; systemctl daemon-reload; systemctl start loop`);
    await until(
      async () => (await inside('systemctl show -p NRestarts -p SubState loop')).includes('NRestarts=1\nSubState=running'),
      'a restart',
    );
    expect(await words('loop.service')).toContain('refused');
    // What an operator starts anew begins with words of its own.
    await inside('systemctl stop loop; systemctl start loop');
    expect(await words('loop.service')).not.toContain('refused');
    await inside(`systemctl stop loop; rm -f /etc/systemd/system/loop.service ${tried}; systemctl daemon-reload`);
  });

  it('reports the health of the GPU, and which program of which unit holds its memory', async () => {
    const answers = await read(['health', 'gpuapps']);
    const [exit, row = '', ...more] = answers.get('health')?.lines ?? [];
    const cells = row.split(', ');
    expect({ exit, more, count: cells.length }).toEqual({ exit: '0', more: [], count: HEALTH_FIELDS.length });
    const cell = (field: (typeof HEALTH_FIELDS)[number]) => cells[HEALTH_FIELDS.indexOf(field)];
    expect(cell('uuid')).toMatch(/^GPU-/);
    expect(cell('memory.total')).toBe('46068');
    expect(cell('pcie.link.width.max')).toBe('16');
    expect(cell('remapped_rows.failure')).toBe('No');
    const [status, ...apps] = answers.get('gpuapps')?.lines ?? [];
    expect(status).toBe('0');
    const invokeai = apps.find((line) => line.endsWith('\t/system.slice/invokeai.service'));
    expect(invokeai).toMatch(/^GPU-[^,]+, \d+, .+, \d+\t/);
  });

  it.each<readonly [SharedFault, string, RegExp]>([
    ['driver-mismatch', '18', /Driver\/library version mismatch/],
    ['gpu-lost', '15', /GPU is lost/],
    ['nvidia-smi-missing', '127', /not found/],
  ])('reports with its exit status what nvidia-smi says instead (%s)', async (fault, exit, message) => {
    await host().break(fault);
    try {
      const answers = await read(['health', 'gpuapps']);
      for (const request of ['health', 'gpuapps']) {
        const lines = answers.get(request)?.lines ?? [];
        expect([lines[0], request]).toEqual([exit, request]);
        expect(lines.join('\n')).toMatch(message);
      }
    } finally {
      await host().repair(fault);
    }
  });

  it('reports the facts that recipes depend on', async () => {
    const facts = readHostFacts(await read(FACT_REQUESTS));
    expect(facts).toMatchObject({ machine: 'x86_64', login: host().profile.user });
    expect(['debian', 'ubuntu']).toContain(facts.distribution);
    expect(facts.pythons.get('python3')).toMatch(/^3\.\d+\.\d+$/);
    expect(facts.freeBytes).toBeGreaterThan(0);
    expect(facts.memoryBytes).toBeGreaterThan(0);
    expect(facts.listeners.map(({ port }) => port)).toContain(kind === 'lab' ? 22 : host().profile.port);
  });

  it('reports the state of the system', async () => {
    const answers = await read(['system', 'boot', 'clock', 'inodes /srv/no/such/folder', 'mount /srv/seen']);
    const lines = (request: string): readonly string[] => {
      const answer = answers.get(request);
      expect(answer?.status, request).toBe('ok');
      return answer?.lines ?? [];
    };
    expect(lines('system')[0]).toMatch(/^version=systemd \d{3} \(/);
    expect(lines('system')[1]).toMatch(/^state=(running|degraded|starting)$/);
    for (const line of lines('system').slice(2)) expect(line).toMatch(/^\S+ +loaded +failed +failed /);
    const boot = Object.fromEntries(lines('boot').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    expect(Object.keys(boot)).toEqual(['uptimeS', 'rebootRequired', 'packages', 'bootId', 'journalBoots']);
    expect(boot['uptimeS']).toMatch(/^\d+\.\d\d$/);
    expect(boot['rebootRequired']).toBe('no');
    expect(boot['bootId']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(Number(boot['journalBoots'])).toBeGreaterThan(0);
    expect(Math.abs(Number(lines('clock')[0]) * 1000 - Date.now())).toBeLessThan(60_000);
    expect(lines('clock')[1]).toMatch(/^(yes|no|)$/);
    expect(lines('inodes /srv/no/such/folder')).toEqual([expect.stringMatching(/^ *\d+ +\d+ +\/\S*$/)]);
    expect(lines('mount /srv/seen')).toEqual([expect.stringMatching(/^\/\S* +\w+ +rw,\S+$/)]);
  });

  it('reports what a unit and the kernel logged, and where the login may not read that', async () => {
    const request = 'log invokeai.service 600 50';
    const answers = await read([request, 'log no-such.service 60 50', 'kernellog']);
    const lines = (answers.get(request)?.lines ?? []).filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(50);
    const nowS = Date.now() / 1000;
    for (const line of lines) {
      expect(line).toMatch(/^\d{10}\.\d{6} \S+ [^ ]+\[\d+\]: /);
      expect(nowS - Number(line.split(' ')[0])).toBeLessThan(36_060);
    }
    expect(answers.get('log no-such.service 60 50')?.lines.filter((line) => line !== '')).toEqual([]);
    for (const line of answers.get('kernellog')?.lines ?? []) expect(line).toMatch(/^\d{10}\.\d{6} \S+ kernel: /);
    const stranger = await host().withoutJournal();
    const other = stranger === null ? panel() : openPanel(host(), { user: stranger });
    try {
      await online(other);
      const denied = await readHost(other.connection, [request, 'kernellog', 'boot'], { asRoot: false });
      expect(denied.get(request)).toEqual({ status: 'denied', lines: [] });
      expect(denied.get('kernellog')).toEqual({ status: 'denied', lines: [] });
      expect(denied.get('boot')?.lines).toContain('journalBoots=');
    } finally {
      if (stranger === null) await host().repair('journal-not-permitted');
      else other.dispose();
    }
  });

  it('reports the end of a certificate', async () => {
    const { certificate, privateKey } = await makeCertificate({ commonName: 'seen', names: ['seen'], days: 30 });
    const put = async (path: string, text: string, mode: string): Promise<void> => {
      await panel().connection.exec(['tee', path], { ...SUDO, stdin: text });
      await panel().connection.exec(['chmod', mode, '--', path], SUDO);
    };
    await put('/srv/seen/cert.pem', certificate, '644');
    await put('/srv/seen/key.pem', privateKey, '644');
    await put('/srv/seen/closed.pem', certificate, '600');
    const answers = await read(['cert', 'key', 'closed', 'absent'].map((name) => `certificate /srv/seen/${name}.pem`));
    const [end = '', subject] = answers.get('certificate /srv/seen/cert.pem')?.lines ?? [];
    expect(end).toMatch(/^notAfter=\w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT$/);
    expect(Date.parse(end.slice('notAfter='.length)) - Date.now()).toBeGreaterThan(29 * 86_400_000);
    expect(subject).toMatch(/^subject=CN ?= ?seen$/);
    expect(answers.get('certificate /srv/seen/key.pem')).toEqual({ status: 'ok', lines: [] });
    expect(answers.get('certificate /srv/seen/closed.pem')?.status).toBe('denied');
    expect(answers.get('certificate /srv/seen/absent.pem')?.status).toBe('absent');
  });
});
