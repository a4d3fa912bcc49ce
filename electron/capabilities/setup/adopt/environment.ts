import { chooseTorch, compareVersions } from '../files/torch.ts';
import { byHand, byUnit, type Diagnosed, type Diagnosis } from './diagnosis.ts';
import type { AdoptFacts } from './facts.ts';
import { FIX_TEXT, ENVIRONMENT_TEXT as TEXT } from './text.ts';

const RECIPE = 'invokeai';

/** The least driver for Linux by CUDA's major version. Source: the release notes of the CUDA toolkit, "CUDA Toolkit and Minimum Required Driver". */
const DRIVER_OF_CUDA: Readonly<Record<string, string | undefined>> = { 11: '450.80.02', 12: '525.60.13', 13: '580.65.06' };
const LEAST_CAPABILITY_OF_12_8 = 7.5;
const BLACKWELL = 10;

/** What is wrong with the Python environment of InvokeAI. */
export const ENVIRONMENT_DIAGNOSES: readonly Diagnosis[] = [
  {
    id: 'invokeai-python-too-old',
    title: TEXT.python310,
    diagnose: ({ invokeAi }) => {
      const environment = invokeAi?.environment ?? null;
      if (invokeAi === null || environment === null || compareVersions(environment.python, '3.11') >= 0) return null;
      const { folder, python, invokeAiVersion } = environment;
      return {
        severity: 'warning',
        evidence: [TEXT.isPython(folder, python), TEXT.lastFor310, ...(invokeAiVersion === null ? [] : [TEXT.installed(invokeAiVersion)])],
        ...byUnit(invokeAi.service, RECIPE, 'ExecStart'),
      };
    },
  },
  {
    id: 'invokeai-torch-cpu',
    title: TEXT.torchCpu,
    diagnose: (facts) =>
      ofTorch(facts, ({ version, cuda }, invokeAi) => {
        const isOther = /\+(?:rocm|xpu)/.test(version) || invokeAi.yaml?.values['device'] === 'cpu';
        return cuda !== null || isOther ? null : { severity: 'bad', evidence: [], ...byUnit(invokeAi.service, RECIPE, 'ExecStart') };
      }),
  },
  {
    id: 'invokeai-torch-needs-newer-driver',
    title: TEXT.torchDriver,
    diagnose: (facts) =>
      ofTorch(facts, ({ cuda }, invokeAi) => {
        const least = DRIVER_OF_CUDA[cuda?.split('.')[0] ?? ''];
        const driverVersion = facts.host.gpus[0]?.driverVersion ?? null;
        if (cuda === null || least === undefined || driverVersion === null || compareVersions(driverVersion, least) >= 0) return null;
        const choice = chooseTorch({ driverVersion, gpus: facts.host.gpus, mayUseCpu: false });
        const fix = 'blocked' in choice ? byHand(choice.remedy) : byUnit(invokeAi.service, RECIPE, 'ExecStart');
        return { severity: 'bad', evidence: [TEXT.needs(cuda, least)], ...fix };
      }),
  },
  {
    id: 'invokeai-torch-lacks-gpu',
    title: TEXT.torchGpu,
    diagnose: (facts) =>
      ofTorch(facts, ({ cuda }, invokeAi) => {
        if (cuda === null) return null;
        const isNew = compareVersions(cuda, '12.8') >= 0;
        const gpu = facts.host.gpus.find(({ computeCapability }) => {
          const capability = Number(computeCapability ?? Number.NaN);
          return isNew ? capability < LEAST_CAPABILITY_OF_12_8 : capability >= BLACKWELL;
        });
        if (gpu === undefined) return null;
        const choice = chooseTorch({ driverVersion: gpu.driverVersion, gpus: facts.host.gpus, mayUseCpu: false });
        const { recipe } = byUnit(invokeAi.service, RECIPE, 'ExecStart');
        const fix = 'blocked' in choice ? byHand(choice.remedy) : { recipe, remedy: FIX_TEXT.torchIndex(choice.index) };
        return { severity: 'bad', evidence: [TEXT.capability(gpu.name, cuda)], ...fix };
      }),
  },
];

type Torch = NonNullable<NonNullable<NonNullable<AdoptFacts['invokeAi']>['environment']>['torch']>;

/** A fault of torch on a host whose GPU is known, with both as evidence. */
function ofTorch(
  { invokeAi, host }: AdoptFacts,
  judge: (torch: Torch, invokeAi: NonNullable<AdoptFacts['invokeAi']>) => Diagnosed | null,
): Diagnosed | null {
  const torch = invokeAi?.environment?.torch ?? null;
  const [gpu] = host.gpus;
  if (invokeAi === null || torch === null || gpu === undefined) return null;
  const found = judge(torch, invokeAi);
  if (found === null) return null;
  return { ...found, evidence: [TEXT.torch(torch.version, torch.cuda), TEXT.gpu(gpu.name, gpu.driverVersion), ...found.evidence] };
}
