import type { Step } from '../engine/resources.ts';
import { type PythonChoice, pythonsOfInvokeAi } from '../files/python.ts';
import { chooseTorch, type TorchChoice } from '../files/torch.ts';
import type { HostFacts } from '../host-facts.ts';
import type { InvokeAiValues } from './invokeai-parameters.ts';
import { pythonStep, systemStep } from './python-programs.ts';
import { requireStep } from './require.ts';

/** Installed size of InvokeAI with torch for CUDA; measured in docs/real-install.md. */
const ENVIRONMENT_BYTES = 6_700_000_000;
const SPARE_BYTES = 5_000_000_000;
const LEAST_VRAM_MIB = 4_000;

/** The build of torch for the host's driver and GPUs. */
export function torchFor({ isCpu }: Pick<InvokeAiValues, 'isCpu'>, { gpus }: Pick<HostFacts, 'gpus'>): TorchChoice {
  if (isCpu) return chooseTorch({ driverVersion: null, gpus: [], mayUseCpu: true });
  return chooseTorch({ driverVersion: gpus[0]?.driverVersion ?? null, gpus, mayUseCpu: false });
}

/** What must hold before anything is done. */
export function requirementSteps(o: {
  readonly values: InvokeAiValues;
  readonly facts: HostFacts;
  readonly torch: TorchChoice;
  readonly python: PythonChoice;
  /** Whether the environment of this version is there: then it takes no more space. */
  readonly isInstalled: boolean;
}): readonly Step[] {
  const { values, facts, torch } = o;
  const memoryMiB = facts.gpus[0]?.memoryMiB ?? null;
  return [
    systemStep(facts),
    'blocked' in torch
      ? requireStep(
          'torch',
          'GPU, driver and build of torch',
          false,
          `${torch.reason} (nvidia-smi: ${facts.gpuProblem ?? 'no problem'})`,
          torch.remedy,
        )
      : requireStep('torch', `Build of torch: ${torch.index}`, true, torch.reason, ''),
    ...(values.isCpu
      ? []
      : [
          requireStep(
            'vram',
            'Enough VRAM',
            memoryMiB === null || memoryMiB >= LEAST_VRAM_MIB,
            `${facts.gpus[0]?.name} has ${memoryMiB} MiB; SD 1.5 needs 4 GB, SDXL 8 GB.`,
            'Use another GPU, or choose the CPU as device.',
          ),
        ]),
    requireStep(
      'disk',
      'Enough disk space',
      o.isInstalled || facts.freeBytes === null || facts.freeBytes > ENVIRONMENT_BYTES + SPARE_BYTES,
      `${Math.round((facts.freeBytes ?? 0) / 1e9)} GB are free in /var/lib; InvokeAI takes ${ENVIRONMENT_BYTES / 1e9} GB, models come on top.`,
      'Free disk space, or mount a larger disk there.',
    ),
    pythonStep(o.python, pythonsOfInvokeAi(values.version), values.isUv),
    ...(values.isMultiuser && (values.adminEmail === '' || values.adminPassword === '')
      ? [
          requireStep(
            'administrator-known',
            'Administrator for multi-user',
            false,
            'Multi-user without an administrator: whoever reaches InvokeAI first would become it.',
            'Set e-mail address and password of the administrator in the parameters.',
          ),
        ]
      : []),
  ];
}
