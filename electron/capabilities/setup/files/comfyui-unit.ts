import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { renderBackendUnit } from './backend-unit.ts';
import { checkedPath, checkedPort } from './checked-words.ts';

export interface ComfyUiUnitParameters {
  /** Models, images and settings are below it. */
  readonly folder: string;
  /** The checkout; null = it is the folder. */
  readonly programFolder: string | null;
  readonly environmentFolder: string;
  readonly user: string;
  readonly group: string;
  /** Loopback: ComfyUI has no login. */
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Further words of the command, such as `--reserve-vram`, `4`. */
  readonly options: readonly string[];
  readonly writablePaths: readonly string[];
  readonly memoryMaxGiB: number | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentFiles: readonly string[];
  readonly conflicts: readonly string[];
  readonly hasGpu: boolean;
}

export const COMFYUI_UNIT_DEFAULTS: ComfyUiUnitParameters = {
  folder: '/opt/ComfyUI',
  programFolder: null,
  environmentFolder: '/opt/comfyui/venv',
  user: 'comfyui',
  group: 'comfyui',
  host: '127.0.0.1',
  port: DEFAULT_PORTS.comfyui,
  options: ['--preview-method', 'auto'],
  writablePaths: [],
  memoryMaxGiB: null,
  environment: {},
  environmentFiles: [],
  conflicts: [],
  hasGpu: true,
};

const CACHE = '/var/cache/comfyui';

/** The text of `comfyui.service`. Without a GPU it is started with `--cpu`. Errors: `setup-bad-parameter`. */
export function renderComfyUiUnit(parameters: ComfyUiUnitParameters): string {
  const folder = checkedPath('The folder of ComfyUI', parameters.folder);
  const program = parameters.programFolder === null ? null : checkedPath('The checkout', parameters.programFolder);
  const port = String(checkedPort('The port', parameters.port));
  return renderBackendUnit({
    ...parameters,
    description: 'ComfyUI',
    documentation: 'https://docs.comfy.org/',
    workingFolder: folder,
    writablePaths: [folder, ...parameters.writablePaths],
    lines: ['CacheDirectory=comfyui'],
    environment: { HF_HOME: `${CACHE}/huggingface`, XDG_CACHE_HOME: CACHE, MPLCONFIGDIR: `${CACHE}/matplotlib`, ...parameters.environment },
    command: [
      `${checkedPath('The environment', parameters.environmentFolder)}/bin/python`,
      program === null ? 'main.py' : `${program}/main.py`,
      // Without an address of its own the database goes into the checkout.
      ...(program === null ? [] : ['--base-directory', folder, '--database-url', `sqlite:///${folder}/user/comfyui.db`]),
      ...['--listen', parameters.host, '--port', port],
      ...(parameters.hasGpu ? [] : ['--cpu']),
      ...parameters.options,
    ],
    stopTimeoutS: 30,
  });
}
