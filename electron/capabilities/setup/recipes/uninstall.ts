import { SETUP_NETWORK_ENV, SETUP_PACKAGES, SETUP_STATE_FOLDER } from '../../../../shared/host-scripts/setup.ts';
import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';
import { readFileRequest, readFileState, readListRequest } from '../../../foundation/host-reader/answers.ts';
import type { AbsentResource, Guard, Resource, Step } from '../engine/resources.ts';
import type { Recipe, RecipeContext } from '../recipe.ts';
import { COMFYUI_UNIT_PATH } from './comfyui.ts';
import { INVOKEAI_UNIT_PATH } from './invokeai.ts';
import { APT_FILE } from './network.ts';
import { PASSWORD_FILE, SITE, SITE_LINK } from './nginx.ts';
import { pathParameter, switchParameter, userParameter } from './parameters.ts';
import { SHIM_ENV, SHIM_UNIT, SHIM_UNIT_PATH } from './shim-steps.ts';

const GUARD: Guard = { id: 'uninstall', seconds: 120, units: [{ name: 'nginx.service', verb: 'reload' }] };
/** A name as Debian allows it (deb-control(5)). */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]{1,100}$/;

const BACKUP = /^\.ada-\d{8}T\d{6}Z\.bak$/;
/** Files of the recipes in folders that stay. */
const FILES = [
  SHIM_ENV,
  SITE,
  PASSWORD_FILE,
  SHIM_UNIT_PATH,
  INVOKEAI_UNIT_PATH,
  COMFYUI_UNIT_PATH,
  SETUP_NETWORK_ENV,
  APT_FILE,
  SUDOERS_PATH,
];

/** Removes what the other recipes install, and lists what stays. */
export const UNINSTALL: Recipe = {
  id: 'uninstall',
  title: 'Uninstall',
  group: 'maintenance',
  summary: 'Removes InvokeAI, ComfyUI, the images shim and their site; models and images stay unless chosen otherwise.',
  presence: `file ${INVOKEAI_UNIT_PATH} 0`,
  parameters: [
    pathParameter({ key: 'root', label: 'Root folder', help: 'The root folder of InvokeAI.', initial: '/var/lib/invokeai' }),
    userParameter({ key: 'user', label: 'System user', help: 'The user that InvokeAI runs as.', initial: 'invokeai' }),
    switchParameter({
      key: 'data',
      label: 'Delete models and images',
      help: 'Deletes the folders of InvokeAI and ComfyUI with all that is in them; this cannot be undone.',
      initial: 'no',
    }),
    switchParameter({
      key: 'packages',
      label: 'Remove packages',
      help: 'Removes the Debian packages that setup installed.',
      initial: 'no',
    }),
    switchParameter({
      key: 'rule',
      label: 'Remove the sudo rule',
      help: 'Your login needs a password again to start and stop services.',
      initial: 'no',
    }),
    switchParameter({ key: 'backups', label: 'Delete backups', help: 'Deletes the files that setup replaced or removed.', initial: 'no' }),
  ],
  guards: [GUARD],
  reads: () => [readFileRequest(SETUP_PACKAGES), ...FILES.map((path) => readListRequest(folderOf(path)))],
  steps: (context) => {
    const { values, facts } = context;
    const is = (key: string): boolean => values[key] === 'yes';
    const root = values['root'] ?? '';
    const user = values['user'] ?? '';
    const packages = is('packages') ? installedPackages(context) : [];
    const hasNginx = packages.some((name) => name.startsWith('nginx'));
    return [
      step('stop-shim', 'Images shim stopped and disabled', stopped(SHIM_UNIT)),
      step('stop-invokeai', 'InvokeAI stopped and disabled', stopped('invokeai.service')),
      step('stop-comfyui', 'ComfyUI stopped and disabled', stopped('comfyui.service')),
      { ...step('site-link', 'Site disabled', moved(SITE_LINK)), guard: GUARD.id },
      { ...step('site', 'Site removed', moved(SITE)), guard: GUARD.id },
      step('password', 'Password file removed', moved(PASSWORD_FILE)),
      step('shim-unit', 'Unit of the shim removed', moved(SHIM_UNIT_PATH)),
      step('shim-settings', 'Settings of the shim removed', moved(SHIM_ENV)),
      ...(is('backups') ? backupSteps(context) : []),
      step('shim-settings-folder', 'Folder of the settings removed', { kind: 'absent', path: '/etc/ada-images-shim', by: 'delete-empty' }),
      step('shim-program', 'Program of the shim removed', deleted('/opt/ada-images-shim')),
      step('shim-state', 'State of the shim removed', deleted('/var/lib/ada-images-shim')),
      step('comfyui-unit', 'Unit of ComfyUI removed', moved(COMFYUI_UNIT_PATH)),
      step('comfyui', 'Versions of ComfyUI deleted', deleted('/opt/comfyui')),
      step('invokeai-unit', 'Unit of InvokeAI removed', moved(INVOKEAI_UNIT_PATH)),
      step('environments', 'Environments of InvokeAI deleted', deleted(`${root}/environments`)),
      step('environment-link', 'Link to the environment removed', deleted(`${root}/.venv`)),
      step('cache', 'Caches deleted', deleted(`${root}/.cache`)),
      step('network', 'Proxy and mirrors removed', moved(SETUP_NETWORK_ENV)),
      step('network-folder', 'Folder of the proxy settings removed', { kind: 'absent', path: '/etc/ada-panel', by: 'delete-empty' }),
      step('apt', 'Proxy of apt removed', moved(APT_FILE)),
      step('uv', 'uv deleted', deleted('/opt/ada-panel-uv')),
      ...(is('data')
        ? [
            step('data', 'Models, images and settings deleted', deleted(root)),
            step('comfyui-data', 'Models and images of ComfyUI deleted', deleted('/opt/ComfyUI')),
            step('comfyui-user', 'User comfyui removed', { kind: 'user-absent', name: 'comfyui' }),
            step('user', `User ${user} removed`, { kind: 'user-absent', name: user }),
          ]
        : []),
      ...(packages.length === 0 ? [] : [step('packages', 'Debian packages removed', { kind: 'packages-absent', names: packages })]),
      // Debian's nginx leaves its example page.
      ...(hasNginx
        ? [
            step('example-page', "nginx's example page deleted", deleted('/var/www/html/index.nginx-debian.html')),
            step('example-folder', 'Folder of the example page deleted', { kind: 'absent', path: '/var/www/html', by: 'delete-empty' }),
            step('www', 'Folder of pages deleted', { kind: 'absent', path: '/var/www', by: 'delete-empty' }),
          ]
        : []),
      ...(is('rule')
        ? [
            step('rule', 'Sudo rule removed', deleted(SUDOERS_PATH)),
            ...(facts.login === null || facts.login === 'root'
              ? []
              : [step('journal', 'Reading of logs revoked', { kind: 'member-absent', user: facts.login, group: 'systemd-journal' })]),
          ]
        : []),
      ...(is('backups') ? [step('state', 'Removed files and lists of setup deleted', deleted(SETUP_STATE_FOLDER))] : []),
    ];
  },
};

const step = (id: string, title: string, resource: Resource): Step => ({ id, title, needs: [], resource });

const moved = (path: string): AbsentResource => ({ kind: 'absent', path, by: 'move' });
const deleted = (path: string): AbsentResource => ({ kind: 'absent', path, by: 'delete' });

const stopped = (name: string): Resource => ({ kind: 'unit', name, isEnabled: false, isActive: false, reads: [], onChange: 'restart' });

/** Backups that setup left beside the files that it replaced. */
function backupSteps({ answers }: RecipeContext): readonly Step[] {
  return FILES.flatMap((path, index) => {
    const folder = folderOf(path);
    const name = path.slice(folder.length + 1);
    const names = answers.get(readListRequest(folder))?.lines ?? [];
    return names
      .filter((entry) => entry.startsWith(`${name}.ada-`) && BACKUP.test(entry.slice(name.length)))
      .map((entry, count) => step(`backup-${index + 1}-${count + 1}`, `Backup ${entry} deleted`, deleted(`${folder}/${entry}`)));
  });
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** What setup installed, as it noted on the host. */
function installedPackages({ answers }: RecipeContext): readonly string[] {
  const noted = readFileState(answers.get(readFileRequest(SETUP_PACKAGES)))?.text ?? '';
  return [...new Set(noted.split('\n'))].filter((name) => PACKAGE.test(name));
}
