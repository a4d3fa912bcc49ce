import { describe, expect, it } from 'vitest';
import { VERBS } from '../../../../shared/capabilities/services/contract.ts';
import type { SetupStep } from '../../../../shared/capabilities/setup/contract.ts';
import { HOST_SCRIPTS } from '../../../../shared/host-scripts/index.ts';
import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';
import { createFakeTransport } from '../../../testing/fake-transport.ts';
import { describePlan } from '../describe.ts';
import { NO_GATEWAY } from '../gateway-of-host.ts';
import { makePlan } from '../planner.ts';
import { standingOf } from '../standing.ts';
import { LEAST_PRIVILEGE } from './least-privilege.ts';

interface Host {
  readonly login?: string;
  readonly version?: string;
  /** The text at the path of the rule; null = none. */
  readonly present?: string | null;
  /** Only root may read the folder of the rules. */
  readonly isClosed?: boolean;
  /** What `sudo -n -ll` lists; empty = it needs a password. */
  readonly listing?: string;
}

/** Answers the reader's requests as the script would (docstring of hostRead). */
function hostOf({ login = 'ada', version = 'Sudo version 1.9.15p5', present = null, isClosed = false, listing = '' }: Host) {
  const answer = (request: string, isRoot: boolean): string => {
    if (request === 'os') return `os ok\nID=debian\nLOGIN=${login}`;
    if (request === 'sudo') return `sudo ok\n4001\n${version}\n${isRoot ? '' : listing}`;
    if (request.startsWith('user ')) return `${request} ok\n${login}:x:4001:4001::/home:/bin/sh\n${login} sudo`;
    if (!request.startsWith(`file ${SUDOERS_PATH} `)) return `${request} ok`;
    if (isClosed && !isRoot) return `${request} denied`;
    if (present === null) return `${request} absent`;
    const content = request.split(' ')[2] === '0' ? '' : `\n${Buffer.from(present).toString('base64')}`;
    return `${request} ok\n440 root root ${Buffer.byteLength(present)} 1764000000.000000 regular file${content}`;
  };
  return createFakeTransport((argv, { sudo, stdin }) => {
    if (argv[3] !== HOST_SCRIPTS.hostRead.name) throw new Error(`not read by ${argv.join(' ')}`);
    const requests = String(stdin).trim().split('\n');
    return { stdout: requests.map((request) => `\u001e${answer(request, sudo !== undefined)}\n`).join('') };
  });
}

async function plan(host: Host, units: string, o: { readonly asRoot?: boolean; readonly journal?: string } = {}) {
  const { transport, executed } = hostOf(host);
  const made = await makePlan(
    {
      transport,
      programs: {
        gateway: () => NO_GATEWAY,
        probe: async () => null,
        client: () => {
          throw new Error('no program is requested');
        },
      },
      shipped: { imagesShim: () => '', imagesShimUnit: () => '' },
    },
    [{ recipe: LEAST_PRIVILEGE, values: { units, journal: o.journal ?? 'yes' } }],
    { asRoot: o.asRoot ?? true },
  );
  return { ...describePlan(made, [], 0), standing: standingOf(LEAST_PRIVILEGE, made, 0).state, executed };
}

/** The new lines of the step's file. */
function newText(step: SetupStep | undefined): string {
  const [change] = step?.changes ?? [];
  if (change?.kind !== 'file') throw new Error(`no file is changed: ${JSON.stringify(step)}`);
  return (change.diff ?? []).flatMap(({ mark, text }) => (mark === '+' ? [`${text}\n`] : [])).join('');
}

describe('the sudo rule', () => {
  it.each([
    ['jane.doe', 'jane.doe', true],
    ['jane@corp.example', '#4001', true],
    ['CORP\\jane doe', '#4001', false],
    ['jürgen', '#4001', false],
    ['machine$', '#4001', false],
  ])('names %s as %s', async (login, inRule, joinsGroup) => {
    const { steps, canApply } = await plan({ login }, 'a.service');
    expect(newText(steps[0])).toContain(`\n${inRule} ALL=(root) NOPASSWD: ADA_PANEL\n`);
    expect(steps[0]?.about[0]).toContain(`Allows ${login} to start, stop, `);
    expect(steps.map(({ id }) => id)).toEqual(['least-privilege/rule', ...(joinsGroup ? ['least-privilege/journal'] : [])]);
    expect(steps[0]?.about.some((sentence) => sentence.includes('systemd-journal'))).toBe(!joinsGroup);
    expect(canApply).toBe(true);
  });

  it('is not made for root, nor for a login without a name or an ID', async () => {
    expect((await plan({ login: 'root' }, 'a.service')).steps).toMatchObject([{ state: 'ok' }]);
    expect((await plan({ login: '' }, 'a.service')).steps).toMatchObject([{ state: 'blocked' }]);
  });

  it('is written for the sudo of the host', async () => {
    const odd = 'my\\x2dodd.service';
    expect(newText((await plan({}, odd)).steps[0])).toContain('restart my\\\\\\\\x2dodd.service');
    expect(newText((await plan({ version: 'sudo-rs 0.2.5' }, odd)).steps[0])).toContain('restart my\\\\x2dodd.service');
  });

  it('takes as many services as a page lists', async () => {
    const units = Array.from({ length: 100 }, (_none, n) => `a-service-with-a-long-name-${n}.service`);
    expect(LEAST_PRIVILEGE.parameters.find(({ key }) => key === 'units')?.check(units.join(' '))).toBeNull();
    const { steps } = await plan({ version: 'sudo-rs 0.2.5' }, units.join(' '));
    expect(newText(steps[0]).match(/^Cmnd_Alias \S+/gm)).toHaveLength(5);
  });

  it('is shown without a password where only root can compare it, and then with the differences', async () => {
    const theirs = '# Approved by the owner of the host.\nada ALL=(root) NOPASSWD: /usr/bin/true\n';
    const quick = await plan({ present: theirs, isClosed: true }, 'a.service', { asRoot: false });
    expect(quick.executed.filter(({ options }) => options.sudo !== undefined)).toEqual([]);
    expect(quick.canApply).toBe(false);
    expect(quick.steps[0]).toMatchObject({
      state: 'unknown',
      changes: [{ kind: 'wanted', path: SUDOERS_PATH, text: expect.stringContaining('restart a.service'), attributes: 'root:root 440' }],
    });
    const { steps } = await plan({ present: theirs, isClosed: true }, 'a.service');
    const [change] = steps[0]?.changes ?? [];
    expect(change).toMatchObject({ kind: 'file', isNew: false });
    const gone = change?.kind === 'file' ? change.diff?.filter(({ mark }) => mark === '-').map(({ text }) => text) : [];
    expect(gone).toEqual(theirs.trimEnd().split('\n'));
  });

  it('is known without a password by what sudo lists for the login', async () => {
    const listing = (...commands: readonly string[]): string =>
      ['Sudoers entry:', '    RunAsUsers: root', '    Options: !authenticate', '    Commands:', ...commands.map((one) => `\t${one}`)].join(
        '\n',
      );
    const ofUnit = (unit: string): readonly string[] => VERBS.map((verb) => `/usr/bin/systemctl ${verb} ${unit}`);
    const quick = async (host: Host, o: { readonly units?: string } = {}) => {
      const { steps, standing } = await plan({ isClosed: true, ...host }, o.units ?? 'a.service', { asRoot: false, journal: 'no' });
      return [steps[0]?.state, standing];
    };
    expect(await quick({ listing: listing(...ofUnit('a.service')) })).toEqual(['ok', 'up-to-date']);
    // With more or fewer commands than those of the rule, the file is another one.
    expect(await quick({ listing: listing(...ofUnit('a.service'), ...ofUnit('b.service')) })).toEqual(['unknown', 'unknown']);
    expect(await quick({ listing: listing(...ofUnit('a.service')) }, { units: 'a.service b.service' })).toEqual(['unknown', 'unknown']);
    expect(await quick({ listing: listing('ALL') })).toEqual(['unknown', 'unknown']);
    const bare = await plan({ isClosed: true }, 'a.service', { asRoot: false });
    expect([bare.changes, bare.standing]).toEqual([1, 'not-installed']);
    const readable = await plan({ listing: listing(...ofUnit('a.service')), isClosed: true }, 'a.service');
    expect(readable.steps[0]).toMatchObject({ state: 'change', changes: [{ kind: 'file', isNew: true }] });
  });

  it('is done where the present file is the same, and no longer once a byte differs', async () => {
    const text = newText((await plan({}, 'a.service')).steps[0]);
    expect((await plan({ present: text }, 'a.service')).steps[0]?.state).toBe('ok');
    expect((await plan({ present: `# Approved.\n${text}` }, 'a.service')).steps[0]?.state).toBe('change');
  });
});
