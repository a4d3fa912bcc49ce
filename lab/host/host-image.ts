import { CHECKPOINTS_FOLDER, DOWNLOADS_STATE_FOLDER, type Files } from '../base/files.ts';
import type { Packages } from '../base/packages.ts';
import type { Users } from '../base/users.ts';
import { NGINX, SERVICE_DEFINITIONS, SYSTEM_DEFINITIONS } from '../systemd/unit-definitions.ts';
import type { UnitFiles } from '../systemd/unit-files.ts';
import { installGateway } from './gateway-files.ts';
import { DEFAULT_SITE, IMAGES_SITE, NGINX_CONF } from './site-file.ts';

/** The parts of a host that an installation changes. */
export interface HostDisk {
  readonly files: Files;
  readonly users: Users;
  readonly packages: Packages;
  readonly unitFiles: UnitFiles;
}

const PLAIN_FOLDERS = [
  ...['/etc/systemd/system', '/home', '/opt', '/run/systemd/system', '/srv', '/usr/bin', '/usr/sbin', '/usr/lib/systemd/system'],
  ...[
    '/usr/local/bin',
    '/usr/local/sbin',
    '/usr/local/lib',
    '/var/cache',
    '/var/lib/dpkg',
    '/var/log',
    '/var/log/journal',
    '/var/www/html',
    '/etc/default',
  ],
];
const MERGED = ['bin', 'sbin', 'lib'] as const;
const PROGRAMS = ['sh', 'bash', 'env', 'cat', 'sleep', 'true', 'false', 'systemctl', 'sudo', 'python3.12', 'curl', 'nvidia-smi'];
const ROOT = { user: 'root' } as const;

/** Ubuntu 24.04 Server with a GPU driver, sudo and sshd, and the user operator. */
export function installUbuntu({ files, users, unitFiles }: HostDisk): void {
  for (const path of PLAIN_FOLDERS) files.makeFolder(path, { ...ROOT, parents: true });
  for (const name of MERGED) files.makeLink(`/${name}`, `usr/${name}`, 'root');
  files.makeFolder('/tmp', { ...ROOT, mode: 0o1777 });
  files.makeFolder('/root', { ...ROOT, mode: 0o700 });
  files.makeFolder('/etc/sudoers.d', { ...ROOT, mode: 0o750 });
  files.makeFolder('/home/operator', { ...ROOT, owner: 'operator', mode: 0o750 });
  users.addToGroup('operator', 'adm');
  users.addToGroup('operator', 'sudo');
  const text = (path: string, content: string, mode = 0o644, owner = 'root'): void =>
    files.write(path, Buffer.from(content), { ...ROOT, mode, owner, group: owner });
  for (const name of PROGRAMS) putProgram(files, `/usr/bin/${name}`);
  files.makeLink('/usr/bin/python3', 'python3.12', 'root');
  text('/etc/os-release', 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n');
  text('/etc/hostname', 'ada2\n');
  text('/etc/sudoers.d/README', '# files in this folder are read by sudo\n', 0o440);
  text('/home/operator/.profile', '# the lab has no shell start-up files\n', 0o644, 'operator');
  files.makeFolder(DOWNLOADS_STATE_FOLDER, { user: 'operator', parents: true });
  for (const definition of SYSTEM_DEFINITIONS) {
    putProgram(files, definition.command);
    unitFiles.install(definition);
  }
}

/** Copies that the operator of the simulated host made by hand. */
export const BACKUPS: readonly string[] = [
  '/var/lib/invokeai/invokeai.yaml',
  '/etc/systemd/system/invokeai.service',
  '/etc/systemd/system/invokeai-openai-images-shim.service',
  '/etc/systemd/system/comfyui.service',
  '/etc/nginx/sites-available/ada-images',
  '/var/lib/gateway/app/.env',
  '/var/lib/gateway/app/app/backends_config.yaml',
].map((path) => `${path}.bak-20261101`);

/** InvokeAI, ComfyUI, the images shim, nginx and Ollama, as somebody set them up by hand. */
export function installServices(disk: HostDisk): void {
  const { files, users, packages, unitFiles } = disk;
  users.addToGroup('operator', 'systemd-journal');
  for (const name of ['git', 'python3-venv', 'nodejs', 'nginx']) {
    const planned = packages.plan([name]);
    if (typeof planned !== 'string') for (const one of planned) installPackage(disk, one.name);
  }
  files.write('/etc/nginx/sites-available/ada-images', Buffer.from(IMAGES_SITE), ROOT);
  files.makeLink('/etc/nginx/sites-enabled/ada-images', '/etc/nginx/sites-available/ada-images', 'root');
  users.addSystemUser('invokeai', '/var/lib/invokeai');
  users.addSystemUser('comfyui', '/opt/comfyui');
  users.addSystemUser('ollama', '/usr/share/ollama');
  files.makeFolder('/var/lib/invokeai', { owner: 'invokeai', group: 'invokeai', mode: 0o755, user: 'root' });
  for (const path of ['/var/lib/invokeai/outputs', '/var/lib/invokeai/outputs/images'])
    files.makeFolder(path, { owner: 'invokeai', group: 'invokeai', user: 'root' });
  files.makeFolder('/var/lib/invokeai/venv/bin', { user: 'root', parents: true });
  putProgram(files, '/var/lib/invokeai/venv/bin/python');
  putProgram(files, '/var/lib/invokeai/venv/bin/invokeai-web');
  files.write('/var/lib/invokeai/invokeai.yaml', Buffer.from('schema_version: 4.0.2\nhost: 127.0.0.1\nport: 9090\n'), ROOT);
  files.makeFolder('/opt/ada-images-shim', ROOT);
  files.write('/opt/ada-images-shim/images-shim.cjs', Buffer.from('// the images shim\n'), ROOT);
  files.makeFolder('/opt/comfyui/venv/bin', { user: 'root', parents: true });
  putProgram(files, '/opt/comfyui/venv/bin/python');
  putProgram(files, '/usr/local/bin/ollama');
  installGateway(disk);
  files.makeFolder('/var/lib/gateway/env/bin', { user: 'root', parents: true });
  files.makeFolder('/opt/ComfyUI/models', { user: 'root', parents: true });
  files.write('/opt/ComfyUI/main.py', Buffer.from('# ComfyUI\n'), ROOT);
  files.makeFolder(CHECKPOINTS_FOLDER, { ...ROOT, owner: 'operator' });
  files.makeFolder(`${CHECKPOINTS_FOLDER}/.ada-panel-1000`, { ...ROOT, owner: 'operator', mode: 0o700 });
  const dreamshaper = { bytes: 2_132_625_894, sha256: '879db523c30d3b9017143d56705015e15a2cb5628762c11d086fed9538abd7fd' };
  files.writeHollow(`${CHECKPOINTS_FOLDER}/dreamshaper_8.safetensors`, dreamshaper, 'operator');
  putProgram(files, '/var/lib/gateway/env/bin/python');
  for (const definition of SERVICE_DEFINITIONS) if (definition.name !== NGINX) unitFiles.install(definition);
  for (const path of BACKUPS) files.write(path, Buffer.from('# of 2026-11-01\n'), ROOT);
}

export function putProgram(files: Files, path: string): void {
  files.write(path, Buffer.from('\u007fELF'), { ...ROOT, mode: 0o755 });
}

const PROGRAMS_OF: Readonly<Record<string, string>> = { nginx: '/usr/sbin/nginx', nodejs: '/usr/bin/node', git: '/usr/bin/git' };

/** What the files of a package do to the host, and that dpkg lists it. */
export function installPackage({ files, packages, unitFiles }: HostDisk, name: string): void {
  packages.add(name);
  const program = PROGRAMS_OF[name];
  if (program !== undefined) putProgram(files, program);
  if (name !== 'nginx-common') return;
  for (const folder of ['conf.d', 'modules-enabled', 'sites-available', 'sites-enabled', 'snippets'])
    files.makeFolder(`/etc/nginx/${folder}`, { ...ROOT, parents: true });
  const texts = { 'nginx.conf': NGINX_CONF, 'mime.types': 'types {\n}\n', 'sites-available/default': DEFAULT_SITE };
  for (const [file, text] of Object.entries(texts)) files.write(`/etc/nginx/${file}`, Buffer.from(text), ROOT);
  files.makeLink('/etc/nginx/sites-enabled/default', '/etc/nginx/sites-available/default', 'root');
  const nginx = SERVICE_DEFINITIONS.find((definition) => definition.name === NGINX);
  if (nginx !== undefined) unitFiles.install(nginx);
}
