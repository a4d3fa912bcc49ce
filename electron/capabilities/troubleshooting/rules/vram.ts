import { formatClock, formatGiBNumber } from '../../../../shared/format.ts';
import { type Evidence, need, unknown } from '../evidence.ts';
import { byRecipe, certain, likely, linesWith, logRule, onPage, proofLines, proofOf, type Rule, ruledOut, UNIT_NAMES } from '../rule.ts';
import { liveGateway, STATUS, slotsOf } from './gateway-facts.ts';

const OWN_UNITS: ReadonlySet<string> = new Set([UNIT_NAMES.invokeai]);
const MIN_FOREIGN_MIB = 2_048;
const FOREIGN_SHARE = 0.1;
const FULL_SHARE = 0.97;
/** SDXL in half precision with the image in progress, at 1024 × 1024. */
const USUAL_SDXL_MIB = 10_240;

/** VRAM of a GPU in MiB, of the first one where none is named; throws MissingEvidence where it is not reported. */
function totalOf(evidence: Evidence, gpuUuid?: string): number {
  const reading = need(evidence.gpu);
  const gpus = reading.kind === 'read' ? reading.gpus : [];
  const gpu = gpuUuid === undefined ? gpus[0] : gpus.find(({ uuid }) => uuid === gpuUuid);
  return gpu?.number('memory.total') ?? need(unknown('nvidia-smi does not report the VRAM of the GPU'));
}

/** Programs besides InvokeAI on the GPU of which they hold most, the largest first. */
function foreignPrograms(evidence: Evidence) {
  const all = need(evidence.gpuPrograms).flatMap((program) =>
    OWN_UNITS.has(program.unit ?? '') || program.memoryUsedMiB === null ? [] : [{ ...program, memoryMiB: program.memoryUsedMiB }],
  );
  const heldOn = (gpuUuid: string) => all.reduce((sum, program) => sum + (program.gpuUuid === gpuUuid ? program.memoryMiB : 0), 0);
  const [gpuUuid] = [...new Set(all.map((program) => program.gpuUuid))].sort((a, b) => heldOn(b) - heldOn(a));
  const totalMiB = totalOf(evidence, gpuUuid);
  const heldMiB = gpuUuid === undefined ? 0 : heldOn(gpuUuid);
  const programs = all.filter((program) => program.gpuUuid === gpuUuid).sort((a, b) => b.memoryMiB - a.memoryMiB);
  return { programs, heldMiB, totalMiB, isMuch: heldMiB >= MIN_FOREIGN_MIB && heldMiB >= FOREIGN_SHARE * totalMiB };
}

const nameOf = ({ name, unit, pid }: { readonly name: string; readonly unit: string | null; readonly pid: number | null }): string =>
  unit === null ? `${name.slice(name.lastIndexOf('/') + 1)} (PID ${pid ?? 'unknown'})` : unit;

/** What can take VRAM away from a job. */
export const VRAM_RULES: readonly Rule[] = [
  logRule({
    id: 'cuda-out-of-memory',
    title: 'CUDA out of memory',
    symptoms: ['out-of-memory', 'gateway-502'],
    depth: 'jobs',
    log: 'invokeai',
    words: ['CUDA out of memory', 'torch.OutOfMemoryError', 'torch.cuda.OutOfMemoryError'],
    cause: ({ text, at }, all) => {
      const wanted = /Tried to allocate ([\d.]{1,10} [KMG]iB)/.exec(text.slice(0, 1_000))?.[1];
      return `A job ran out of VRAM at ${formatClock(at)}${wanted === undefined ? '' : ` when it needed ${wanted} more`}${all.length > 1 ? `, as ${all.length} log lines say` : ''}.`;
    },
    fix: () =>
      byRecipe(
        'preset',
        'Use smaller images or a preset that keeps more VRAM free (device_working_mem_gb), and end other programs on the GPU.',
      ),
  }),
  logRule({
    id: 'model-does-not-fit',
    title: 'Model larger than the free VRAM',
    symptoms: ['out-of-memory', 'gateway-502'],
    depth: 'jobs',
    log: 'invokeai',
    words: ['Insufficient GPU memory to load model'],
    cause: () => 'A model does not fit into the VRAM that is free.',
    fix: () => byRecipe('preset', 'Turn on enable_partial_loading by a preset, or end other programs on the GPU.'),
  }),
  {
    id: 'foreign-program-holds-vram',
    title: 'Another program holds VRAM',
    symptoms: ['out-of-memory', 'slow'],
    // A cause of the jobs that run out of memory, so nearer to the root.
    depth: 'models',
    test: (evidence) => {
      const { programs, heldMiB, totalMiB, isMuch } = foreignPrograms(evidence);
      const [largest] = programs;
      const fact = `programs besides InvokeAI hold ${formatGiBNumber(heldMiB)} of ${formatGiBNumber(totalMiB)} GiB VRAM`;
      if (!isMuch || largest === undefined) return ruledOut(fact);
      const service = largest.unit;
      const isTooMuch = totalMiB - heldMiB < USUAL_SDXL_MIB;
      return (isTooMuch ? certain : likely)(
        `${nameOf(largest)} holds ${formatGiBNumber(largest.memoryMiB)} of ${formatGiBNumber(totalMiB)} GiB VRAM beside InvokeAI.`,
        {
          proof: programs
            .slice(0, 6)
            .map((program) =>
              proofOf(
                'nvidia-smi',
                `${program.pid ?? 'PID unknown'} ${program.name}: ${program.memoryMiB} MiB${program.unit === null ? '' : `, ${program.unit}`}`,
              ),
            ),
          fix:
            service === null
              ? onPage('gpu', 'End the program, or give InvokeAI less VRAM.')
              : onPage('services', `Stop ${service}, or give InvokeAI less VRAM by a preset.`, service),
        },
      );
    },
  },
  {
    id: 'two-jobs-at-once',
    title: 'Gateway admits more than the VRAM allows',
    symptoms: ['out-of-memory'],
    depth: 'gateway',
    test: (evidence) => {
      if (need(evidence.gateway).profile === null) return null;
      const row = slotsOf(liveGateway(evidence));
      if (row?.limit === undefined || row.limit === null) return need(unknown('the gateway does not report its limit for images'));
      const memory = linesWith(need(evidence.logs.invokeai), ['CUDA out of memory', 'OutOfMemoryError']);
      if (row.limit < 2 || memory.length === 0)
        return ruledOut(
          `the gateway admits ${row.limit} at once, and ${memory.length === 0 ? 'no job ran out of VRAM' : 'one job at a time ran out of VRAM'}`,
        );
      return likely(`The gateway admits ${row.limit} images at once, and jobs run out of VRAM.`, {
        at: memory.at(-1)?.at ?? null,
        proof: [proofOf(STATUS, `${row.backendClass}.images limit ${row.limit}`), ...proofLines('invokeai', memory.slice(-2))],
        fix: byRecipe('gateway', 'Set “Images at a time” to 1.'),
      });
    },
  },
  {
    id: 'vram-was-full',
    title: 'VRAM full at that moment',
    symptoms: ['out-of-memory', 'slow', 'gateway-502'],
    depth: 'client',
    test: (evidence) => {
      const { usedMiB, gpuUuid } = need(evidence.vram);
      const total = totalOf(evidence, gpuUuid);
      const peak = Math.max(...usedMiB.map((value) => value ?? Number.NaN).filter(Number.isFinite));
      if (!Number.isFinite(peak)) return need(unknown('no VRAM is stored for that moment'));
      const fact = `VRAM peak ${formatGiBNumber(peak)} of ${formatGiBNumber(total)} GiB around ${formatClock(evidence.atMs)}`;
      if (peak < total * FULL_SHARE) return ruledOut(fact);
      return likely(`VRAM was full: ${fact}.`, {
        proof: [proofOf('stored readings', fact)],
        fix: onPage('gpu', 'The GPU page shows who held it.'),
      });
    },
  },
];
