import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, must } from '../image.ts';
import { type Contents, fillerBytes, sha256 } from './content.ts';
import { buildWheel, type Wheel } from './wheel.ts';

const STAND_INS = join(dirname(fileURLToPath(import.meta.url)), 'stand-ins');
/** The last one fails at its start. */
export const INVOKEAI_VERSIONS = ['6.13.1', '6.14.1', '6.14.2', '6.14.9'] as const;
/** A build of torch by the name of its index, with the CUDA that it is made for. */
const TORCH_BUILDS = { cu128: '12.8', cpu: null } as const;
export type TorchBuild = keyof typeof TORCH_BUILDS;
/** What the package index itself has is made for CUDA, without a name for it in its version. */
const TORCH_OF_INDEX_CUDA = '12.6';
const TORCH = '2.7.1';
const TORCHVISION = '0.22.1';
/** Long enough to be met in the middle. */
const TORCH_LIBRARY_BYTES = 4_000_000;
const FRONTENDS = ['1.27.10', '1.28.7'];
const REAL_WHEELS = ['uv==0.13.9', 'pip==26.3'];

/** Real wheels, downloaded once in the way that this computer's pip is set up for. Returns the folder. */
export function realWheels(): string {
  return cached('mirror-wheels', JSON.stringify(REAL_WHEELS), (work) => {
    must('pip3', ['download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', work, ...REAL_WHEELS]);
  });
}

/** The package index under /pypi/simple/ and those of torch's builds under /whl/, both as PEP 503 has them. */
export function addPythonIndexes(contents: Contents): void {
  const folder = realWheels();
  const real = readdirSync(folder).map((fileName): Wheel => {
    const project = fileName.split('-')[0] ?? fileName;
    return { project, fileName, requiresPython: null, bytes: readFileSync(join(folder, fileName)) };
  });
  const invokeai = INVOKEAI_VERSIONS.map(invokeAiWheel);
  const frontends = FRONTENDS.map((version) => buildWheel({ name: 'comfyui-frontend-package', version, files: new Map() }));
  const torch = torchWheels(TORCH, TORCHVISION, `${TORCH}+cu126`, TORCH_OF_INDEX_CUDA);
  addIndex(contents, '/pypi/simple', [...real, ...invokeai, ...frontends, ...torch]);
  for (const [build, cuda] of Object.entries(TORCH_BUILDS)) {
    const version = `${TORCH}+${build}`;
    addIndex(contents, `/whl/${build}`, torchWheels(version, `${TORCHVISION}+${build}`, version, cuda));
  }
}

function invokeAiWheel(version: string): Wheel {
  return buildWheel({
    name: 'InvokeAI',
    version,
    requiresPython: '<3.13,>=3.11',
    requires: [
      'torch<3.0,>=2.7.0',
      'torchvision',
      ...(['cpu', 'cu128'] as const).flatMap((build) => {
        const extra = build === 'cpu' ? 'cpu' : 'cuda';
        return [`torch==${TORCH}+${build}; extra == "${extra}"`, `torchvision==${TORCHVISION}+${build}; extra == "${extra}"`];
      }),
    ],
    extras: ['cpu', 'cuda'],
    commands: ['invokeai-web = invokeai.app.run_app:run_app'],
    files: filesOf('invokeai', { '@VERSION@': version }),
  });
}

/** `reported`: what `torch.__version__` says. */
function torchWheels(version: string, visionVersion: string, reported: string, cuda: string | null): readonly Wheel[] {
  const files = filesOf('torch', { '@VERSION@': reported, '@CUDA@': cuda === null ? 'None' : `"${cuda}"` });
  files.set('torch/lib/libtorch.so', fillerBytes(reported, cuda === null ? TORCH_LIBRARY_BYTES / 4 : TORCH_LIBRARY_BYTES));
  const vision = new Map([['torchvision/__init__.py', Buffer.from(`__version__ = "${visionVersion}"\n`)]]);
  return [
    buildWheel({ name: 'torch', version, requiresPython: '>=3.9.0', files }),
    buildWheel({ name: 'torchvision', version: visionVersion, requires: [`torch==${TORCH}`], files: vision }),
  ];
}

/** The files of a stand-in by their path, with its placeholders filled in. */
function filesOf(name: string, values: Readonly<Record<string, string>>): Map<string, Buffer> {
  const root = join(STAND_INS, name);
  const found = new Map<string, Buffer>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.py')) continue;
    const file = join(entry.parentPath, entry.name);
    let text = readFileSync(file, 'utf8');
    for (const [placeholder, value] of Object.entries(values)) text = text.replaceAll(placeholder, value);
    found.set(relative(root, file).split(sep).join('/'), Buffer.from(text));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addIndex(contents: Contents, root: string, wheels: readonly Wheel[]): void {
  const page = (links: readonly string[]) => ({
    type: 'text/html; charset=utf-8',
    bytes: Buffer.from(`<!DOCTYPE html>\n<html><body>\n${links.join('\n')}\n</body></html>\n`),
  });
  const projects = [...new Set(wheels.map(({ project }) => project))];
  contents.set(`${root}/`, page(projects.map((project) => `<a href="${root}/${project}/">${project}</a>`)));
  for (const project of projects) {
    const links = wheels
      .filter((wheel) => wheel.project === project)
      .map(({ fileName, requiresPython, bytes }) => {
        const path = `${root}/${project}/${fileName}`;
        contents.set(path, { type: 'application/octet-stream', bytes });
        const python =
          requiresPython === null ? '' : ` data-requires-python="${requiresPython.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}"`;
        return `<a href="${path.replaceAll('+', '%2B')}#sha256=${sha256(bytes)}"${python}>${fileName}</a>`;
      });
    contents.set(`${root}/${project}/`, page(links));
  }
}
