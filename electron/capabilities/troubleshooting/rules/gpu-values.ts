import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import { hasThrottleBit, THROTTLE_BITS } from '../../../../shared/throttle-reasons.ts';
import type { GpuReading } from '../../checks/lists/gpu-facts.ts';
import { need, unknown } from '../evidence.ts';
import { certain, type Depth, likely, onPage, proofOf, type Rule, ruledOut } from '../rule.ts';

const SMI = 'nvidia-smi';

const gpuValueRule = (o: {
  readonly id: string;
  readonly title: string;
  readonly depth: Depth;
  readonly symptoms: readonly SymptomId[];
  /** What the rule looks at, for a driver that does not report it. */
  readonly subject: string;
  /** The cause as a sentence, or the fact that rules it out; null = the driver does not report it. */
  test(gpu: GpuReading): { readonly found: string | null; readonly fact: string } | null;
  readonly fix: string;
  readonly isCertain: boolean;
}): Rule => ({
  id: o.id,
  title: o.title,
  symptoms: o.symptoms,
  depth: o.depth,
  test: (evidence) => {
    const reading = need(evidence.gpu);
    if (reading.kind !== 'read') return ruledOut('nvidia-smi lists no GPU, which another cause explains');
    const results = reading.gpus.map((gpu) => o.test(gpu));
    for (const [index, result] of results.entries())
      if (result !== null && result.found !== null)
        return (o.isCertain ? certain : likely)(result.found, {
          proof: [proofOf(SMI, `${reading.gpus[index]?.name ?? 'GPU'}: ${result.fact}`)],
          fix: onPage('gpu', o.fix),
        });
    if (results.includes(null)) return need(unknown(`the driver does not report ${o.subject}`));
    return ruledOut(results.map((result) => result?.fact).join('; '));
  },
});

const bits = (gpu: GpuReading): number => Number(gpu.text('clocks_throttle_reasons.active') ?? 'NaN');

const throttleRule = (
  id: string,
  title: string,
  found: (has: (bit: number) => boolean) => string | null,
  fix: string,
  { isCertain, depth }: { readonly isCertain: boolean; readonly depth: Depth } = { isCertain: true, depth: 'hardware' },
): Rule =>
  gpuValueRule({
    id,
    title,
    depth,
    symptoms: ['slow'],
    isCertain,
    fix,
    subject: 'throttling',
    test: (gpu) => {
      const value = bits(gpu);
      if (Number.isNaN(value)) return null;
      const fact = `throttle reasons 0x${value.toString(16)}, ${gpu.text('temperature.gpu') ?? '–'} °C, ${gpu.text('power.draw') ?? '–'} W of ${gpu.text('enforced.power.limit') ?? '–'} W`;
      return { found: found((bit) => hasThrottleBit(value, bit)), fact };
    },
  });

const { hardware, hardwareThermal, softwareThermal, powerBrake, powerLimit } = THROTTLE_BITS;

/** What the figures of the GPU show. */
export const GPU_VALUE_RULES: readonly Rule[] = [
  gpuValueRule({
    id: 'gpu-memory-errors',
    title: 'Memory errors of the GPU',
    depth: 'hardware',
    symptoms: ['gpu-lost', 'black-or-noisy-images', 'gateway-502'],
    isCertain: false,
    fix: 'Stop the services that use the GPU and reset it, or reboot. If the errors return, replace the card.',
    subject: 'ECC errors',
    test: (gpu) => {
      const errors = gpu.number('ecc.errors.uncorrected.volatile.total');
      const failed = gpu.text('remapped_rows.failure') === 'Yes' || gpu.text('remapped_rows.failure') === '1';
      const fact = errors === null ? 'ECC errors are not reported' : `${errors} uncorrected ECC errors since the driver was loaded`;
      if (failed)
        return { found: 'The GPU has bad memory that it can no longer replace by spare rows.', fact: `${fact}, row remapping failed` };
      return errors === null ? null : { found: errors > 0 ? `The GPU memory had ${errors} uncorrected errors.` : null, fact };
    },
  }),
  throttleRule(
    'throttled-by-heat',
    'GPU throttled by heat',
    (has) => (has(hardwareThermal) || has(softwareThermal) ? 'The GPU lowers its clocks because it is too hot.' : null),
    'Check fans, dust and air flow; the GPU page shows when it began.',
  ),
  throttleRule(
    'throttled-by-power-brake',
    'GPU throttled by its power supply',
    (has) => {
      if (has(powerBrake)) return 'The GPU lowers its clocks on a signal of the power supply or the board.';
      // The hardware sets this bit beside that of heat too.
      return has(hardware) && !has(hardwareThermal)
        ? 'The hardware of the GPU lowers its clocks, for its power supply or its temperature.'
        : null;
    },
    'Check the power supply, its cables and the temperature.',
  ),
  throttleRule(
    'at-power-limit',
    'GPU at its power limit',
    (has) => (has(powerLimit) ? 'The GPU is at its power limit, which lowers its clocks.' : null),
    'This is normal under full load. A limit below the card’s own can be raised with “nvidia-smi -pl”.',
    // Usual under load, so behind every other cause.
    { isCertain: false, depth: 'client' },
  ),
  gpuValueRule({
    id: 'pcie-link-narrow',
    title: 'PCIe link narrower than the card’s',
    depth: 'hardware',
    symptoms: ['slow'],
    isCertain: false,
    fix: 'Reseat the card, or use a slot with all its lanes; loading models takes longer meanwhile.',
    subject: 'its PCIe link',
    test: (gpu) => {
      const [current, max] = [gpu.number('pcie.link.width.current'), gpu.number('pcie.link.width.max')];
      if (current === null || max === null) return null;
      return {
        found: current < max ? `The GPU is connected by ${current} of ${max} PCIe lanes, which slows loading of models.` : null,
        fact: `PCIe link ×${current} of ×${max}`,
      };
    },
  }),
  gpuValueRule({
    id: 'persistence-off',
    title: 'Persistence mode off',
    depth: 'driver',
    symptoms: ['slow'],
    isCertain: false,
    fix: 'Enable it with “sudo nvidia-smi -pm 1”, or the service nvidia-persistenced.',
    subject: 'persistence mode',
    test: (gpu) => {
      const mode = gpu.text('persistence_mode');
      if (mode === null) return null;
      return {
        found: mode === 'Disabled' ? 'Persistence mode is off: the driver is loaded anew whenever no program uses the GPU.' : null,
        fact: `persistence mode ${mode.toLowerCase()}`,
      };
    },
  }),
];
