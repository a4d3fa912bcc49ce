import { plainText } from '../../../../shared/plain-text.ts';
import { TORCH_TEXT as TEXT } from './text.ts';

/** A GPU as nvidia-smi reports it; null = not reported. */
export interface TorchGpu {
  readonly name: string;
  /** `8.9`. */
  readonly computeCapability: string | null;
}

export interface TorchHost {
  /** `570.133.20`; null = no driver answers. */
  readonly driverVersion: string | null;
  /** Empty = none is seen. */
  readonly gpus: readonly TorchGpu[];
  /** Whether images may be made on the CPU when there is no GPU. */
  readonly mayUseCpu: boolean;
}

export type TorchChoice =
  /** The index of torch builds, for uv's `--torch-backend` and download.pytorch.org/whl/INDEX. */
  | { readonly index: 'cu128' | 'cu126' | 'cpu'; readonly reason: string }
  | { readonly blocked: true; readonly reason: string; readonly remedy: string };

/**
 * The least driver for Linux: of the two CUDA versions whose torch 2.7 builds are published, and of all 12.x by NVIDIA's compatibility of minor
 * versions. Source: the release notes of the CUDA toolkit, table "CUDA Toolkit and Minimum Required Driver".
 */
const DRIVER_OF_CUDA_12_8 = '570.26';
const DRIVER_OF_CUDA_12_6 = '560.28.03';
const DRIVER_OF_CUDA_12 = '525.60.13';
/** Compute capabilities by 10. torch 2.7: cu128 has code for 7.5 (Turing) to 12.0 (Blackwell), cu126 for 5.0 (Maxwell) to 9.0 (Hopper). */
const LEAST_OF_CU128 = 75;
const LEAST_OF_CU126 = 50;
const LEAST_OF_BLACKWELL = 100;

/** Families whose name tells the generation, for a driver that does not report the compute capability. */
const GENERATIONS: readonly (readonly [RegExp, number])[] = [
  [/\bRTX (?:PRO|50\d0)\b|\bB[123]00\b/i, 120],
  [/\bH[12]00\b/i, 90],
  [/\bRTX 40\d0\b|\bL40S?\b|\bL4\b|\bAda\b/i, 89],
  [/\bRTX 30\d0\b|\bA(?:10|16|2|40)\b|\bRTX A\d{4}\b/i, 86],
  [/\bA(?:100|30|800)\b/i, 80],
  [/\bRTX 20\d0\b|\bGTX 16\d0\b|\bT4\b|\bTITAN RTX\b|\bQuadro RTX\b/i, 75],
  [/\bV100S?\b|\bTITAN V\b|\bGV100\b/i, 70],
  [/\bGTX 10\d0\b|\bP(?:100|40|4|6)\b|\bTITAN Xp?\b|\bQuadro P\d+\b/i, 61],
  [/\bGTX 9\d0\b|\bM(?:40|60|4|6|10)\b/i, 52],
  [/\bK(?:80|40|20)\w?\b|\bGTX (?:6|7)\d0\b/i, 37],
];

/**
 * The torch build for InvokeAI 6.x and ComfyUI on this host. The oldest of several GPUs decides, since one process uses all of them. A GPU
 * that is not known is taken for a present one.
 */
export function chooseTorch({ driverVersion, gpus, mayUseCpu }: TorchHost): TorchChoice {
  const blocked = (reason: string, remedy: string): TorchChoice => ({ blocked: true, reason, remedy });
  if (gpus.length === 0) {
    if (mayUseCpu) return { index: 'cpu', reason: TEXT.cpu };
    return driverVersion === null
      ? blocked(TEXT.noGpu, TEXT.findGpu)
      : blocked(TEXT.noGpuForDriver(plainText(driverVersion, 40)), TEXT.findGpu);
  }
  if (driverVersion === null || !/^\d{3,4}\.\d/.test(driverVersion)) return blocked(TEXT.noDriver, TEXT.installDriver);
  const driver = plainText(driverVersion, 40);
  const isDriver = (least: string): boolean => compareVersions(driver, least) >= 0;
  const capabilities = gpus.map(capabilityOf).filter((capability) => capability !== null);
  const oldest = Math.min(...capabilities);
  const newest = Math.max(...capabilities);
  const nameOf = (capability: number): string => plainText(gpus.find((gpu) => capabilityOf(gpu) === capability)?.name ?? '', 80);
  if (oldest < LEAST_OF_CU126) return blocked(TEXT.tooOld(nameOf(oldest)), TEXT.otherGpu);
  if (newest >= LEAST_OF_BLACKWELL) {
    if (oldest < LEAST_OF_CU128) return blocked(TEXT.mixed(nameOf(oldest), nameOf(newest)), TEXT.hideGpu);
    if (!isDriver(DRIVER_OF_CUDA_12_8)) return blocked(TEXT.blackwell(nameOf(newest), driver), TEXT.updateDriver(DRIVER_OF_CUDA_12_8));
  }
  if (!isDriver(DRIVER_OF_CUDA_12)) return blocked(TEXT.oldDriver(driver, DRIVER_OF_CUDA_12), TEXT.updateDriver(DRIVER_OF_CUDA_12_8));
  if (oldest < LEAST_OF_CU128) return { index: 'cu126', reason: TEXT.olderGpu(nameOf(oldest)) };
  if (isDriver(DRIVER_OF_CUDA_12_8)) return { index: 'cu128', reason: TEXT.driverOf(driver, '12.8') };
  if (isDriver(DRIVER_OF_CUDA_12_6)) return { index: 'cu126', reason: TEXT.driverOf(driver, '12.6') };
  return { index: 'cu126', reason: TEXT.compatible(driver) };
}

/** Times 10; null = not known. */
function capabilityOf({ name, computeCapability }: TorchGpu): number | null {
  const [, major, minor] = /^(\d{1,2})\.(\d)$/.exec(computeCapability ?? '') ?? [];
  if (major !== undefined && minor !== undefined) return Number(major) * 10 + Number(minor);
  const shown = plainText(name, 80);
  return GENERATIONS.find(([pattern]) => pattern.test(shown))?.[1] ?? null;
}

/** Below 0 when the first is older; parts that are missing count as 0. */
export function compareVersions(one: string, other: string): number {
  const parts = (version: string): number[] => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [first, second] = [parts(one), parts(other)];
  for (let at = 0; at < Math.max(first.length, second.length); at += 1) {
    const difference = (first[at] ?? 0) - (second[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
