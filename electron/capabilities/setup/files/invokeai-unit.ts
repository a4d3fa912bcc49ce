import { renderBackendUnit } from './backend-unit.ts';
import { checkedPath } from './checked-words.ts';

export interface InvokeAiUnitParameters {
  /** Holds `invokeai.yaml`, models and images. */
  readonly root: string;
  readonly environmentFolder: string;
  readonly user: string;
  readonly group: string;
  /** Where downloads from Hugging Face and its token are saved. */
  readonly hfHome: string;
  /** Folders outside the root that InvokeAI writes to. */
  readonly writablePaths: readonly string[];
  readonly memoryMaxGiB: number | null;
  /** Further variables, without secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentFiles: readonly string[];
  readonly conflicts: readonly string[];
  readonly hasGpu: boolean;
}

export const INVOKEAI_UNIT_DEFAULTS: InvokeAiUnitParameters = {
  root: '/var/lib/invokeai',
  environmentFolder: '/var/lib/invokeai/.venv',
  user: 'invokeai',
  group: 'invokeai',
  hfHome: '/var/lib/invokeai/.cache/huggingface',
  writablePaths: [],
  memoryMaxGiB: null,
  environment: {},
  environmentFiles: [],
  conflicts: [],
  hasGpu: true,
};

/**
 * The text of `invokeai.service` for 4.0 and newer: they accept `--root` alone, and without it take the user's home. Errors: `setup-bad-parameter`.
 */
export function renderInvokeAiUnit(parameters: InvokeAiUnitParameters): string {
  const root = checkedPath('The root folder', parameters.root);
  return renderBackendUnit({
    ...parameters,
    description: 'InvokeAI',
    documentation: 'https://invoke-ai.github.io/InvokeAI/',
    workingFolder: root,
    writablePaths: [root, ...parameters.writablePaths],
    environment: {
      INVOKEAI_ROOT: root,
      HF_HOME: checkedPath('The folder of Hugging Face', parameters.hfHome),
      XDG_CACHE_HOME: `${root}/.cache`,
      MPLCONFIGDIR: `${root}/.cache/matplotlib`,
      ...parameters.environment,
    },
    command: [`${checkedPath('The environment', parameters.environmentFolder)}/bin/invokeai-web`, '--root', root],
    stopTimeoutS: 90,
  });
}
