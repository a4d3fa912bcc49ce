import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSetup } from '../../electron/cli/setup.ts';
import type { Terminal } from '../../electron/cli/terminal.ts';
import { SetupPlan, SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { SUDOERS_PATH } from '../../shared/host-scripts/sudoers.ts';
import { type BareHost, openBareHost } from '../host/bare-host.ts';
import { whyNoRealHost } from '../host/image.ts';
import { home, profile } from './hosts.ts';

interface Interruption {
  readonly interrupted?: AbortController;
  readonly onPrint?: (line: string) => void;
}

const RECIPE = ['--recipe', 'least-privilege'];

describe.skipIf(whyNoRealHost() !== null)('npm run setup on a bare host', () => {
  let bare: BareHost;
  let homeFolder: string;
  let dataFolder: string;
  beforeAll(async () => {
    bare = await openBareHost();
    const { host } = bare;
    homeFolder = home(host.hostName, host.port, host.hostKey()).homeFolder;
    mkdirSync(join(homeFolder, '.ssh'));
    dataFolder = join(homeFolder, 'data');
    mkdirSync(dataFolder);
    writeFileSync(
      join(dataFolder, 'hosts.json'),
      JSON.stringify([{ ...profile(host.hostName, host.port, host.user, host.keyFile), label: 'Bare one' }]),
    );
    knowHost();
  });
  afterAll(() => bare?.close());

  const knownHosts = (): string => join(homeFolder, '.ssh', 'known_hosts');
  const knowHost = (): void => writeFileSync(knownHosts(), `${bare.host.hostName} ssh-ed25519 ${bare.host.hostKey()}\n`);

  /** Runs the program with a person who answers by what a question contains; null = no terminal. */
  const setup = async (argv: readonly string[], answers: Readonly<Record<string, string>> | null, o: Interruption = {}) => {
    const asked: { readonly question: string; readonly isShown: boolean }[] = [];
    const out: string[] = [];
    const notes: string[] = [];
    const answer = (isShown: boolean) => async (question: string) => {
      asked.push({ question, isShown });
      return Object.entries(answers ?? {}).find(([part]) => question.includes(part))?.[1] ?? null;
    };
    const terminal: Terminal | null = answers === null ? null : { ask: answer(true), askSecret: answer(false) };
    const exitCode = await runSetup([...argv, '--data-folder', dataFolder], {
      terminal,
      print: (line) => {
        out.push(line);
        o.onPrint?.(line);
      },
      note: (line) => notes.push(line),
      homeFolder,
      folder: homeFolder,
      shippedFolder: join('out', 'images-shim'),
      labScript: join('out', 'lab', 'lab.cjs'),
      environment: { PATH: process.env['PATH'] },
      platform: 'linux',
      interrupted: (o.interrupted ?? new AbortController()).signal,
    });
    return { exitCode, asked, out: out.join('\n'), notes: notes.join('\n') };
  };
  const person = () => ({ 'sudo password': bare.host.password, Apply: 'yes' });

  it('names what is wrong with the arguments, before it connects', async () => {
    const host = ['--host', 'Bare one'];
    const failure = async (...argv: string[]): Promise<string> => {
      const { exitCode, out, notes } = await setup(argv, null);
      expect([exitCode, out]).toEqual([1, '']);
      return notes;
    };
    expect(await failure(...host, ...RECIPE, '--set', 'units=nginx')).toContain('--set units: Use names of services that end in .service');
    expect(await failure(...host, ...RECIPE, '--set', 'least-privilege.unit=x')).toContain(
      'no such key. There are: least-privilege.units, least-privilege.journal',
    );
    expect(await failure(...host, '--recipe', 'mows-the-lawn')).toContain('No recipe is named mows-the-lawn');
    expect(await failure(...host)).toContain('Name a recipe');
    expect(await failure(...RECIPE)).toContain('Name one host');
    expect(await failure('--host', 'Bare two', ...RECIPE)).toContain(
      'No host is named Bare two.\nUse user@host[:port], or one of: Bare one.',
    );
  });

  it('refuses an unknown host key without a terminal, and shows its fingerprint on one', async () => {
    writeFileSync(knownHosts(), '');
    const alone = await setup(['--host', 'under-test', ...RECIPE], null);
    expect(alone).toMatchObject({ exitCode: 1, out: '', notes: expect.stringMatching(/Unknown host key of 10\.77\.\d+\.2:22: .*SHA256:/) });
    expect(alone.notes).toContain('there is no terminal');
    const refused = await setup(['--host', 'under-test', ...RECIPE], { 'Unknown host key': 'no' });
    expect([refused.exitCode, refused.asked.length, readFileSync(knownHosts(), 'utf8')]).toEqual([1, 1, '']);
    const taken = await setup(['--host', 'under-test', ...RECIPE], { ...person(), 'Unknown host key': 'yes' });
    expect(taken.exitCode).toBe(2);
    expect(readFileSync(knownHosts(), 'utf8')).toContain(bare.host.hostName);
    knowHost();
  });

  it('shows the plan with its diff and changes nothing', async () => {
    const { exitCode, out, asked } = await setup(['--host', 'Bare one', ...RECIPE], person());
    expect(exitCode).toBe(2);
    expect(asked).toEqual([{ question: expect.stringContaining('sudo password of panel'), isShown: false }]);
    expect(out).toContain('Least privilege on Bare one: 2 changes');
    expect(out).toMatch(/new file \/etc\/sudoers\.d\/\S+ \(root:root 440\)\n[\s\S]*\n {6}\+panel ALL=/);
    expect(out).toContain('$ gpasswd -a panel systemd-journal');
    expect(bare.host.run('sh', '-c', `ls ${SUDOERS_PATH} 2>&1 || true`)).toContain('No such file');
  });

  it('writes the planned recipes as a playbook into a new folder', async () => {
    const argv = ['--host', 'Bare one', ...RECIPE, '--export-playbook', 'playbook'];
    expect((await setup(argv, person())).exitCode).toBe(2);
    expect(readFileSync(join(homeFolder, 'playbook', 'site.yml'), 'utf8')).toContain('validate: /usr/sbin/visudo -cf %s');
    expect((await setup(argv, person())).notes).toContain('is not empty');
  });

  it('applies after a question, saves a report, and has nothing left to do', async () => {
    const apply = ['--host', 'Bare one', ...RECIPE, '--apply', '--set', 'units=nginx.service'];
    const alone = await setup(apply, null);
    expect([alone.exitCode, alone.notes]).toEqual([1, expect.stringContaining('sudo password of panel')]);
    const declined = await setup(apply, { ...person(), Apply: 'no' });
    expect([declined.exitCode, declined.notes]).toEqual([1, expect.stringContaining('Nothing was applied.')]);
    const done = await setup([...apply, '--json', '--report', 'report.md'], person());
    expect(done.exitCode).toBe(0);
    const [plan = '', run = ''] = done.out.split('\n');
    expect(SetupPlan.parse(JSON.parse(plan)).changes).toBe(2);
    expect(SetupRun.parse(JSON.parse(run)).state).toBe('done');
    expect(done.notes).toContain('[1/2] Sudo rule for the listed services: done');
    expect(readFileSync(join(homeFolder, 'report.md'), 'utf8')).toMatch(/^# Setup of Bare one: Least privilege\n[\s\S]*Result: done/);
    expect(bare.host.run('cat', SUDOERS_PATH)).toContain('systemctl restart nginx.service');
    const again = await setup(apply, person());
    expect([again.exitCode, again.out]).toEqual([0, expect.stringContaining('up to date')]);
    expect(again.asked.map(({ question }) => question)).not.toContainEqual(expect.stringContaining('Apply'));
  });

  it('uses the values that the panel remembers, and finds the host by its address', async () => {
    mkdirSync(join(dataFolder, 'setup'), { recursive: true });
    const saved = { lastRun: null, values: { 'least-privilege': { units: 'nginx.service', journal: 'yes' } }, reportSavedAt: null };
    const file = join(dataFolder, 'setup', 'under-test.json');
    writeFileSync(file, JSON.stringify(saved));
    const { exitCode } = await setup(['--host', `${bare.host.user}@${bare.host.hostName}`, ...RECIPE, '--apply', '--yes'], person());
    expect(exitCode).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(saved);
  });

  it('is refused by the lock of another setup, and replaces it where that is wanted', async () => {
    const change = ['--host', 'Bare one', ...RECIPE, '--apply', '--yes', '--set', 'units=ssh.service'];
    bare.host.run('sh', '-c', 'printf "other\\nsomebody on desk\\n" >/run/ada-panel-setup.lock');
    const refused = await setup(change, { 'sudo password': bare.host.password });
    expect([refused.exitCode, refused.notes]).toEqual([1, expect.stringContaining('Another setup runs on this host: somebody on desk')]);
    const taken = await setup([...change, '--take-over'], { 'sudo password': bare.host.password });
    expect([taken.exitCode, taken.notes]).toEqual([0, expect.any(String)]);
    expect(bare.host.run('cat', SUDOERS_PATH)).toContain('systemctl restart ssh.service');
  });

  it('ends at the first safe point after Ctrl+C, and does the rest when it is run again', async () => {
    const groups = (): string => bare.host.run('id', '-nG', 'panel');
    bare.host.run('gpasswd', '-d', 'panel', 'systemd-journal');
    const change = ['--host', 'Bare one', ...RECIPE, '--apply', '--yes', '--set', 'units=cron.service'];
    const interrupted = new AbortController();
    const cancelled = await setup(change, person(), { interrupted, onPrint: (line) => line.startsWith('[1/2]') && interrupted.abort() });
    expect(cancelled.exitCode).toBe(1);
    expect(cancelled.out).toMatch(/\[1\/2\] Sudo rule for the listed services: done.*\nCancelled\.$/);
    expect(bare.host.run('cat', SUDOERS_PATH)).toContain('cron.service');
    expect(groups()).not.toContain('systemd-journal');
    expect(bare.host.run('sh', '-c', 'ls /run/ada-panel-setup.lock 2>&1 || true')).toContain('No such file');
    const resumed = await setup(change, person());
    expect([resumed.exitCode, resumed.out]).toEqual([0, expect.stringContaining(': 1 change\n')]);
    expect(groups()).toContain('systemd-journal');
  });
});
