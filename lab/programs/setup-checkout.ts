import { createHash } from 'node:crypto';
import { describeFault, FileError } from '../base/files.ts';
import { downloadRate } from '../base/remote-files.ts';
import { NOT_FOUND, type Program, TERMINATED } from './process.ts';
import { waitSimulated } from './simulated-time.ts';

const CLONE_BYTES = 61_000_000;
const GIT_FAILED = 128;
const COMFYUI_REQUIREMENTS = ['torch', 'torchvision', 'torchaudio', 'transformers', 'aiohttp', 'pyyaml', 'pillow', 'scipy', 'safetensors'];

/** What a repository has besides its history. */
function contentOf(repository: string): { readonly files: Readonly<Record<string, string>>; readonly folders: readonly string[] } {
  if (!/comfyui/i.test(repository)) return { files: { 'README.md': '# A repository\n' }, folders: [] };
  return {
    files: { 'main.py': '# ComfyUI\n', 'requirements.txt': `${COMFYUI_REQUIREMENTS.join('\n')}\n`, 'README.md': '# ComfyUI\n' },
    folders: ['custom_nodes', 'input', 'output', 'user', 'models/checkpoints', 'models/loras', 'models/vae'],
  };
}

/** Clones a tag with the words of git (docstring of `setupCheckout`). */
export const checkOut: Program = async (process, machine) => {
  const [folder = '', repository = '', tag = ''] = process.argv;
  const { files, simulation } = machine;
  const say = (text: string): Promise<void> => process.stderr.write(text);
  if (!files.isProgram('/usr/bin/git')) {
    await say('ada-setup-checkout: 2: git: not found\n');
    return NOT_FOUND;
  }
  const part = `${folder}.part`;
  await say(`Cloning into '${part}'...\n`);
  if (simulation.faults.has('setup-download-fails')) {
    const host = /^https?:\/\/([^/:]+)/.exec(repository)?.[1] ?? repository;
    await say(`fatal: unable to access '${repository}/': Could not resolve host: ${host}\n`);
    return GIT_FAILED;
  }
  if (tag.startsWith('no-such-')) {
    await say(`warning: Could not find remote branch ${tag} to clone.\nfatal: Remote branch ${tag} not found in upstream origin\n`);
    return GIT_FAILED;
  }
  if (!(await waitSimulated(process, machine, (CLONE_BYTES / downloadRate(simulation.faults)) * 1000))) return TERMINATED;
  const { user } = process;
  const commit = createHash('sha1').update(`${repository} ${tag}`).digest('hex');
  const { files: texts, folders } = contentOf(repository);
  const own = { user, parents: true };
  try {
    files.removeTree(part);
    files.makeFolder(`${part}/.git/refs/tags`, own);
    for (const name of folders) files.makeFolder(`${part}/${name}`, own);
    const git = {
      '.git/HEAD': `${commit}\n`,
      '.git/packed-refs': `# pack-refs with: peeled fully-peeled sorted \n${commit} refs/tags/${tag}\n`,
    };
    for (const [name, text] of Object.entries({ ...texts, ...git })) files.write(`${part}/${name}`, Buffer.from(text), { user });
    files.rename(part, folder, user);
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    await say(`fatal: could not create work tree dir '${part}': ${describeFault(thrown.fault)}\n`);
    return GIT_FAILED;
  }
  return 0;
};
