import { roleOfUnit } from '../../../../shared/chain-units.ts';
import { formatMiB } from '../../../../shared/format.ts';
import { parseGatewayStatus } from '../../gateway/status.ts';
import { reportedPeakMiB } from '../../setup/recipes/preset.ts';
import { byHand, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { type GpuProgram, type GpuReading, readGpuPrograms } from './gpu-facts.ts';
import { gpuCheck, onGpus } from './gpu-judge.ts';
import { GPU_TEXT as TEXT } from './gpu-text.ts';

/** Model, text encoders and VAE of SDXL in half precision with the image in progress, at 1024 × 1024. */
const USUAL_SDXL_MIB = 10_240;
/** Less is the driver's own part of a program that shows a desktop. */
const LEAST_MIB = 64;

/** Whether the VRAM is there for the images. */
export const GPU_VRAM_CHECKS: readonly Check[] = [
  {
    ...gpuCheck('vram-headroom', 'headroom'),
    reads: { first: ['health', 'pci', 'gpuapps', 'vram'] },
    run: (sources) => onGpus(sources, (gpus) => checkHeadroom(sources, gpus)),
  },
  {
    ...gpuCheck('vram-other-programs', 'others'),
    reads: { first: ['health', 'pci', 'gpuapps'] },
    run: (sources) => onGpus(sources, () => checkOthers(sources)),
  },
];

async function checkHeadroom(sources: CheckSources, gpus: readonly GpuReading[]): Promise<Finding> {
  const answers = sources.host.answers();
  const programs = readGpuPrograms(answers);
  if (programs === null) return unknown(TEXT.notReported('programs'), byHand(TEXT.refresh));
  // The programs of images use one GPU; on a host with several, the one with the most room.
  const room = gpus
    .flatMap((gpu) => {
      const freeMiB = leftByOthers(gpu, programs);
      return freeMiB === null ? [] : [{ gpu, freeMiB }];
    })
    .toSorted((a, b) => b.freeMiB - a.freeMiB)[0];
  if (room === undefined) return unknown(TEXT.notReported('VRAM'), byHand(TEXT.refresh), ...gpus.map((gpu) => gpu.line('memory.used')));
  const measuredMiB = reportedPeakMiB(answers);
  const eachMiB = measuredMiB ?? USUAL_SDXL_MIB;
  const limit = await limitOf(sources);
  const count = limit?.limit ?? 1;
  const calculation = TEXT.calculation({
    count,
    each: formatMiB(eachMiB),
    isMeasured: measuredMiB !== null,
    needed: formatMiB(count * eachMiB),
    free: formatMiB(room.freeMiB),
  });
  const evidence = [
    room.gpu.line('memory.total'),
    room.gpu.line('memory.used'),
    limit === null ? TEXT.limitUnknown : TEXT.limitOf(limit.name, limit.limit),
    ...programs.map(({ line }) => line),
  ];
  if (eachMiB > room.freeMiB) return fail(TEXT.noneFits(calculation), byHand(TEXT.freeVram), ...evidence);
  if (count * eachMiB > room.freeMiB) return warn(TEXT.oneFits(calculation), byHand(TEXT.freeVram), ...evidence);
  return pass(calculation, ...evidence);
}

/** MiB that are free or held by the programs of images; null = not reported. */
function leftByOthers(gpu: GpuReading, programs: readonly GpuProgram[]): number | null {
  const [total, used] = [gpu.number('memory.total'), gpu.number('memory.used')];
  if (total === null || used === null) return null;
  const own = programs.filter(({ gpuUuid, unit }) => gpuUuid === gpu.uuid && isOfImages(unit));
  return total - used + own.reduce((sum, { memoryUsedMiB }) => sum + (memoryUsedMiB ?? 0), 0);
}

function isOfImages(unit: string | null): boolean {
  const role = unit === null ? null : roleOfUnit(unit);
  return role === 'invokeai' || role === 'comfyui';
}

/** How many images the gateway lets through at once; null = it does not report that. */
async function limitOf({ gateway }: CheckSources): Promise<{ readonly name: string; readonly limit: number } | null> {
  if (gateway.profile === null || !gateway.hasToken) return null;
  const { imagesClass } = gateway.profile;
  const reply = await gateway.request({ path: '/v1/gateway/status' }).catch(() => null);
  const status = reply?.status === 200 ? parseGatewayStatus(reply.body) : null;
  if (status === null || !('admission' in status)) return null;
  const row = status.admission?.find(({ backendClass, routeKind }) => backendClass === imagesClass && routeKind === 'images');
  return row === undefined || row.limit === null || row.limit < 1 ? null : { name: imagesClass, limit: row.limit };
}

function checkOthers({ host }: CheckSources): Finding {
  const programs = readGpuPrograms(host.answers());
  if (programs === null) return unknown(TEXT.notReported('programs'), byHand(TEXT.refresh));
  const others = programs.filter(({ unit, memoryUsedMiB }) => unit === null && (memoryUsedMiB ?? LEAST_MIB) >= LEAST_MIB);
  const evidence = programs.map(({ line }) => line);
  if (others.length === 0) return pass(TEXT.noOthers(programs.length, amountOf(programs)), ...evidence);
  const names = others.map(({ name, pid, memoryUsedMiB }) =>
    TEXT.held(pid === null ? TEXT.unidentified : `${name} (PID ${pid})`, formatMiB(memoryUsedMiB)),
  );
  return warn(TEXT.others(names.join(', '), amountOf(others)), byHand(TEXT.othersRemedy), ...evidence);
}

/** The sum; `–` where an amount is not reported. */
const amountOf = (programs: readonly GpuProgram[]): string =>
  formatMiB(programs.reduce((sum, { memoryUsedMiB }) => sum + (memoryUsedMiB ?? Number.NaN), 0));
