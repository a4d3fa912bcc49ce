import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostRelease } from '../image.ts';
import { addAptRepository, debianPackages } from './apt.ts';
import type { Contents, ServedFile } from './content.ts';
import type { MirrorFault, MirrorPart } from './faults.ts';
import { makeRepositories } from './git.ts';
import { addModelFiles, type CheckpointName } from './model-files.ts';
import { addPythonIndexes, type TorchBuild } from './python-index.ts';
import { addPythonRuntime, pythonRuntime } from './python-runtime.ts';
import { MirrorServer } from './serve.ts';

/**
 * Everything that a host installs from, served at this computer's end of the virtual cable. This process serves it: what installs
 * from it is run by `exec` of the host, since `run` would block it.
 */
export interface Mirror {
  readonly address: string;
  readonly port: number;
  /** A line of sources.list. */
  readonly aptSource: string;
  /** For pip also `--trusted-host` with {@link Mirror.address}, since it is plain HTTP. */
  readonly pythonIndexUrl: string;
  torchIndexUrl(build: TorchBuild): string;
  /** The Python that uv installs where the system's is too new for InvokeAI (3.11), by `UV_PYTHON_DOWNLOADS_JSON_URL`. */
  readonly pythonDownloadsUrl: string;
  /** The archive of a release of uv: a folder with the program. */
  readonly uv: ServedFile;
  /** With the tags of {@link COMFYUI_TAGS}; shallow clones work. */
  readonly comfyUiRepository: string;
  readonly files: Readonly<Record<CheckpointName, ServedFile>>;
  /** For `HF_ENDPOINT`; InvokeAI also needs `allow_private_download_urls: true`. */
  readonly huggingFaceUrl: string;
  /** `METHOD path`, as they came. */
  readonly requested: readonly string[];
  /** Takes the place of the fault before it; null = none. Without a part it concerns the whole mirror. */
  fault(fault: MirrorFault | null, part?: MirrorPart): Promise<void>;
  /** Resolves once so many bytes of one reply under a path that ends so have been sent. */
  whenSent(path: string, bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** Downloads what mirrors of these releases serve: 45 MB of Debian packages a release, and 20 MB of wheels. */
export function prepareMirrors(releases: readonly HostRelease[]): void {
  for (const release of releases) debianPackages(release);
  pythonRuntime();
}

export async function startMirror(address: string, release: HostRelease): Promise<Mirror> {
  const gitFolder = mkdtempSync(join(tmpdir(), 'ada-mirror-'));
  const contents: Contents = new Map();
  const server = new MirrorServer(address, contents, gitFolder);
  const remove = (): void => rmSync(gitFolder, { recursive: true, force: true });
  try {
    makeRepositories(gitFolder);
    addAptRepository(contents, release);
    addPythonIndexes(contents);
    const port = await server.listen();
    const origin = `http://${address}:${port}`;
    const { downloadsUrl: pythonDownloadsUrl, uv } = addPythonRuntime(contents, origin);
    return {
      address,
      port,
      aptSource: `deb [trusted=yes] ${origin}/apt/ ./`,
      pythonIndexUrl: `${origin}/pypi/simple`,
      pythonDownloadsUrl,
      uv,
      torchIndexUrl: (build) => `${origin}/whl/${build}`,
      comfyUiRepository: `${origin}/git/ComfyUI.git`,
      files: addModelFiles(contents, origin),
      huggingFaceUrl: `${origin}/hf`,
      requested: server.requested,
      fault: (fault, part) => server.setFault(fault, part ?? null),
      whenSent: (path, bytes) => server.whenSent(path, bytes),
      close: async () => {
        await server.close();
        remove();
      },
    };
  } catch (cause) {
    await server.close();
    remove();
    throw cause;
  }
}
