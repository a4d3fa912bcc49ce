import type { Guard, Step } from '../electron/capabilities/setup/engine/resources.ts';
import type { HostProfile } from '../shared/capabilities/hosts/contract.ts';
import { recipeOf, step } from './setup-host.ts';

/** What the program that is killed needs of the host. */
export interface ResumedTarget {
  readonly profile: HostProfile;
  readonly homeFolder: string;
  readonly knownHostsFile: string;
  readonly dataFolder: string;
  readonly password: string;
}

const HOME = '/var/lib/tried';
const UNIT = '/etc/systemd/system/tried.service';
const GUARD: Guard = { id: 'tried', seconds: 120, units: [{ name: 'tried.service', verb: 'restart' }] };
const guarded = (id: string, resource: Step['resource']): Step => ({ ...step(id, resource), guard: GUARD.id });
const mine = { owner: 'tried', group: 'tried' };

/** Every kind of step that an installation has: packages as a unit of the host, a user, files, and a service behind a guard. */
export const RESUMED_RECIPE = recipeOf(
  [
    step('packages', { kind: 'packages', names: ['acl'] }),
    step('user', { kind: 'user', name: 'tried', home: HOME, shell: '/usr/sbin/nologin' }),
    step('folder', { kind: 'folder', path: HOME, ...mine, mode: '750' }),
    ...Array.from({ length: 5 }, (_none, index) =>
      step(`file-${index}`, {
        kind: 'file',
        path: `${HOME}/file-${index}.txt`,
        ...mine,
        mode: '640',
        as: 'tried',
        content: { kind: 'text', text: `${index}\n`.repeat(4_000) },
      }),
    ),
    step('link', { kind: 'link', path: `${HOME}/current`, target: `${HOME}/file-0.txt`, as: 'tried' }),
    guarded('unit-file', {
      kind: 'file',
      path: UNIT,
      owner: 'root',
      group: 'root',
      mode: '644',
      check: 'unit',
      content: {
        kind: 'text',
        text: `[Service]\nUser=tried\nExecStart=/usr/bin/python3 -m http.server 8099 --directory ${HOME}\n[Install]\nWantedBy=multi-user.target\n`,
      },
    }),
    guarded('unit', {
      kind: 'unit',
      name: 'tried.service',
      isEnabled: true,
      isActive: true,
      reads: [UNIT, `${HOME}/file-0.txt`],
      onChange: 'restart',
    }),
    { ...guarded('answer', { kind: 'answer', url: 'http://127.0.0.1:8099/', status: 200, json: false, withinS: 60 }), needs: ['unit'] },
    step('member', { kind: 'member', user: 'panel', group: 'systemd-journal' }),
  ],
  { guards: [GUARD] },
);

/** Puts the host back to what it was before the recipe. */
export const UNDO = [
  'systemctl disable --now tried.service 2>/dev/null',
  `rm -rf ${UNIT} ${HOME} /var/lib/ada-panel /run/ada-panel-setup.lock; systemctl daemon-reload`,
  'userdel tried 2>/dev/null; gpasswd -d panel systemd-journal 2>/dev/null',
  'dpkg --purge acl >/dev/null 2>&1; true',
].join('\n');

/** What a run must leave: everything that the recipe made, and nothing of the setup itself. Service ids of the user differ. */
export const STATE = [
  `find ${HOME} /etc/systemd/system -printf '%p %y %u:%g %m %l\\n' | sort`,
  `sha256sum ${HOME}/*.txt ${UNIT}`,
  'systemctl is-active tried.service; systemctl is-enabled tried.service; id -nG panel; dpkg-query -W -f "\\${Status}\\n" acl',
  'ls -A /var/lib/ada-panel/guards /run/ada-panel-setup.lock 2>&1; systemctl list-units --all --no-legend "ada-panel*"',
].join('\n');
