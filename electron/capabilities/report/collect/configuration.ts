import { UNKNOWN } from '../../../../shared/format.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import {
  type HostAnswers,
  type ReadRequest,
  readFileRequest,
  readFileState,
  readPackagesRequest,
  readUnitStates,
} from '../../../foundation/host-reader/answers.ts';
import { readAdoptFacts } from '../../setup/adopt/facts.ts';
import { ADOPT_REQUESTS, adoptRequests } from '../../setup/adopt/requests.ts';
import { COMFYUI_UNIT, INVOKEAI_UNIT, NGINX_UNIT, type ServiceFacts, UNITS_REQUEST } from '../../setup/adopt/service-facts.ts';
import { showInvokeAiYaml } from '../../setup/files/invokeai-yaml-shown.ts';
import { FACT_REQUESTS, readHostFacts } from '../../setup/host-facts.ts';
import { SHIM_UNIT } from '../../setup/recipes/shim-steps.ts';
import type { ConfigFile, MachineConfiguration, Reading } from '../data.ts';

const NGINX_PACKAGE = readPackagesRequest(['nginx', 'nodejs']);

/** What is read of a GPU host at once; {@link moreConfigurationRequests} names the files that these answers make worth reading. */
export const CONFIGURATION_REQUESTS: readonly ReadRequest[] = [...FACT_REQUESTS, ...ADOPT_REQUESTS, NGINX_PACKAGE];
export const moreConfigurationRequests = adoptRequests;

/** Versions that only the programs themselves report; null = they did not answer. */
export interface ReportedVersions {
  readonly invokeAi: string | null;
  readonly comfyUi: string | null;
  readonly torch: string | null;
}

/** The text of a file as it was read, or why it was not. */
export function fileOf(answers: HostAnswers, path: string, show: (text: string) => string = (text) => text): ConfigFile {
  const state = readFileState(answers.get(readFileRequest(path)));
  const reason = (): string => {
    if (state === undefined) return 'not read';
    if (state === null) return 'there is no such file';
    return state.isReadable ? 'no text, or larger than 256 KiB' : 'the login may not read it';
  };
  const text = state?.text;
  const reading: Reading<string> = typeof text === 'string' ? { kind: 'read', value: show(text) } : { kind: 'unknown', reason: reason() };
  return { path, text: reading };
}

/** A GPU host as it is configured. Never throws. */
export function readConfiguration(answers: HostAnswers, versions: ReportedVersions): MachineConfiguration {
  const host = readHostFacts(answers);
  const { invokeAi, shim, comfyUi, nginx, driver } = readAdoptFacts({ facts: host, known: answers, answers });
  const states = readUnitStates(answers.get(UNITS_REQUEST));
  const packages = new Map(
    (answers.get(NGINX_PACKAGE)?.lines ?? []).map((line) => line.split(' ')).map(([name = '', version = '']) => [name, plainText(version)]),
  );
  const kernel = (answers.get('os')?.lines ?? []).find((line) => line.startsWith('KERNEL='))?.slice('KERNEL='.length);
  const services = [invokeAi?.service, shim?.service, comfyUi].filter(
    (service): service is ServiceFacts => service !== undefined && service !== null,
  );
  return {
    facts: [
      ['Operating system', `${host.prettyName ?? UNKNOWN}, ${host.machine ?? UNKNOWN}`],
      ['Kernel', plainText(kernel ?? UNKNOWN)],
      ['GPU', host.gpus.length === 0 ? `${UNKNOWN} ${host.gpuProblem ?? ''}`.trim() : host.gpus.map(({ name }) => name).join(', ')],
      ['NVIDIA driver', [...new Set(host.gpus.map(({ driverVersion }) => driverVersion))].join(', ') || UNKNOWN],
      ['Driver module', driver.module ?? UNKNOWN],
      ['InvokeAI', versions.invokeAi ?? invokeAi?.environment?.invokeAiVersion ?? UNKNOWN],
      ['PyTorch of InvokeAI', describeTorch(invokeAi?.environment?.torch ?? null)],
      ['ComfyUI', versions.comfyUi ?? UNKNOWN],
      ['PyTorch of ComfyUI', versions.torch ?? UNKNOWN],
      ['Images shim', shim === null ? 'not installed' : `${shim.isPython ? 'in Python' : 'of Ada Panel'}, mode ${shim.mode ?? UNKNOWN}`],
      ['nginx', packages.get('nginx') ?? UNKNOWN],
      ['Node.js', packages.get('nodejs') ?? UNKNOWN],
      ['InvokeAI listens on', invokeAi === null ? UNKNOWN : `${invokeAi.host}:${invokeAi.port}`],
      ['InvokeAI root', invokeAi?.root ?? UNKNOWN],
      ['Python', [...host.pythons.values()].join(', ') || UNKNOWN],
    ],
    units: [INVOKEAI_UNIT, SHIM_UNIT, COMFYUI_UNIT, NGINX_UNIT].map((name) => ({
      name,
      state: states.get(name) ?? new Map<string, string>(),
    })),
    listeners: host.listeners,
    files: [
      ...(invokeAi === null ? [] : [fileOf(answers, `${invokeAi.root}/invokeai.yaml`, showInvokeAiYaml)]),
      ...services.flatMap(({ path, dropIns, environmentFiles }) => [
        ...[path, ...dropIns.map((dropIn) => dropIn.path), ...environmentFiles.map((file) => file.path)].map((file) =>
          fileOf(answers, file),
        ),
      ]),
      ...(nginx?.sites ?? []).map(({ path, target }) => fileOf(answers, target ?? path)),
    ],
  };
}

const describeTorch = (torch: { readonly version: string; readonly cuda: string | null } | null): string =>
  torch === null ? UNKNOWN : `${torch.version}${torch.cuda === null ? '' : ` (CUDA ${torch.cuda})`}`;
