import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { baseImage, cached, must } from '../image.ts';
import { type Contents, type ServedFile, sha256 } from './content.ts';
import { realWheels } from './python-index.ts';

const PYTHON_LEFT_OUT = ['test', 'idlelib', 'turtledemo', 'sitecustomize.py'];
/** The Debian whose Python InvokeAI allows. */
const RELEASE_OF_PYTHON = 'bookworm';
const ARCHIVE = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-czf'];

/**
 * Debian's own Python laid out as the builds that uv downloads (one folder `python` that may lie anywhere), and uv laid out as in its
 * releases. Returns the folder: `VERSION-MACHINE.python.tar.gz` and `MACHINE.uv.tar.gz`.
 */
export function pythonRuntime(): string {
  const base = baseImage(RELEASE_OF_PYTHON);
  const wheels = realWheels();
  return cached('mirror-python', JSON.stringify([base, wheels, PYTHON_LEFT_OUT, ARCHIVE]), (work) => {
    const ask = 'import platform; print(platform.python_version(), platform.machine())';
    const [version = '', machine = ''] = must('chroot', [base, 'python3', '-c', ask]).trim().split(' ');
    const name = `python${version.split('.').slice(0, 2).join('.')}`;
    for (const folder of ['bin', 'lib']) mkdirSync(join(work, 'python', folder), { recursive: true });
    must('cp', ['-a', join(base, 'usr', 'bin', name), join(work, 'python', 'bin')]);
    must('cp', ['-a', join(base, 'usr', 'lib', name), join(work, 'python', 'lib')]);
    for (const link of ['python3', 'python']) symlinkSync(name, join(work, 'python', 'bin', link));
    for (const left of PYTHON_LEFT_OUT) rmSync(join(work, 'python', 'lib', name, left), { recursive: true, force: true });
    must('find', [join(work, 'python'), '-name', '__pycache__', '-prune', '-exec', 'rm', '-r', '{}', '+']);
    must('tar', [...ARCHIVE, join(work, `${version}-${machine}.python.tar.gz`), '-C', work, 'python']);
    const uv = `uv-${machine}-unknown-linux-gnu`;
    must('pip3', ['install', '--quiet', '--no-deps', '--no-index', '--find-links', wheels, '--target', join(work, 'installed'), 'uv']);
    must('mv', [join(work, 'installed', 'bin'), join(work, uv)]);
    must('tar', [...ARCHIVE, join(work, `${machine}.uv.tar.gz`), '-C', work, uv]);
    for (const folder of ['python', 'installed', uv]) rmSync(join(work, folder), { recursive: true });
  });
}

/** `downloadsUrl`: for `UV_PYTHON_DOWNLOADS_JSON_URL`. `uv`: its release archive. Both under /python/. */
export function addPythonRuntime(contents: Contents, origin: string): { readonly downloadsUrl: string; readonly uv: ServedFile } {
  const folder = pythonRuntime();
  const add = (isMeant: (name: string) => boolean, nameOf: (name: string) => string): ServedFile & { readonly found: string } => {
    const found = readdirSync(folder).find(isMeant);
    if (found === undefined) throw new Error(`${folder} is incomplete: remove it`);
    const bytes = readFileSync(join(folder, found));
    const path = `/python/${nameOf(found)}`;
    contents.set(path, { type: 'application/gzip', bytes });
    return { url: origin + path, bytes: bytes.length, sha256: sha256(bytes), found };
  };
  const { found: _, ...uv } = add(
    (name) => name.endsWith('.uv.tar.gz'),
    (name) => `uv-${name.split('.')[0]}-unknown-linux-gnu.tar.gz`,
  );
  const python = add(
    (name) => name.endsWith('.python.tar.gz'),
    (name) => `cpython-${name.replace('.python', '')}`,
  );
  const [version = '', machine = ''] = python.found.replace('.python.tar.gz', '').split('-');
  const [major, minor, patch] = version.split('.').map(Number);
  const downloads = {
    [`cpython-${version}-linux-${machine}-gnu`]: {
      ...{ name: 'cpython', arch: { family: machine, variant: null }, os: 'linux', libc: 'gnu', major, minor, patch, prerelease: '' },
      ...{ url: python.url, sha256: python.sha256, variant: null, build: null },
    },
  };
  contents.set('/python/downloads.json', { type: 'application/json', bytes: Buffer.from(JSON.stringify(downloads)) });
  return { downloadsUrl: `${origin}/python/downloads.json`, uv };
}
