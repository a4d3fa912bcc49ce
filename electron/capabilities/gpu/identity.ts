import type { GpuHealth, GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { type FieldKnowledge, pickField } from './fields.ts';
import { isGpuUuid, parseCell, splitRow, textCell } from './nvidia-smi.ts';

const IDENTITY_FIELDS = {
  uuid: ['uuid'],
  index: ['index'],
  name: ['name'],
  driverVersion: ['driver_version'],
  busId: ['pci.bus_id'],
  memoryTotalMiB: ['memory.total'],
  powerLimitW: ['enforced.power.limit', 'power.limit'],
  eccMode: ['ecc.mode.current'],
  persistenceMode: ['persistence_mode'],
  migMode: ['mig.mode.current'],
} as const;

const HEALTH_FIELDS = {
  uuid: ['uuid'],
  eccUncorrectedVolatile: ['ecc.errors.uncorrected.volatile.total'],
  eccCorrectedVolatile: ['ecc.errors.corrected.volatile.total'],
  eccModePending: ['ecc.mode.pending'],
  remappedRowsPending: ['remapped_rows.pending'],
  remappedRowsFailure: ['remapped_rows.failure'],
  retiredPagesPending: ['retired_pages.pending'],
  recoveryAction: ['gpu_recovery_action'],
} as const;

/** The columns of a query by key; a key that the driver does not know has none. */
export interface QueryPlan<K extends string> {
  readonly fields: readonly string[];
  readonly places: ReadonlyMap<K, number>;
}

function plan<K extends string>(wanted: Readonly<Record<K, readonly string[]>>, knowledge: FieldKnowledge): QueryPlan<K> {
  const fields: string[] = [];
  const places = new Map<K, number>();
  for (const key in wanted) {
    const field = pickField(wanted[key], knowledge);
    if (field !== null) places.set(key, fields.push(field) - 1);
  }
  return { fields, places };
}

export const planIdentity = (knowledge: FieldKnowledge): QueryPlan<keyof typeof IDENTITY_FIELDS> => plan(IDENTITY_FIELDS, knowledge);
export const planHealth = (knowledge: FieldKnowledge): QueryPlan<keyof typeof HEALTH_FIELDS> => plan(HEALTH_FIELDS, knowledge);

/** The cells of a row by key; null = no row of this plan. */
function reader<K extends string>(line: string, { fields, places }: QueryPlan<K>): ((key: K) => string) | null {
  const cells = splitRow(line, fields.length);
  return cells === null ? null : (key) => cells[places.get(key) ?? -1] ?? '';
}

const numberOrNull = (text: string): number | null => {
  const cell = parseCell(text);
  return cell.reason === null ? cell.value : null;
};

/** The identities of the GPUs, one per row; other lines are skipped. */
export function parseIdentities(text: string, requested: QueryPlan<keyof typeof IDENTITY_FIELDS>): GpuIdentity[] {
  return outputLines(text).flatMap((line, order) => {
    const cell = reader(line, requested);
    if (cell === null || !isGpuUuid(cell('uuid'))) return [];
    return [
      {
        uuid: cell('uuid'),
        index: numberOrNull(cell('index')) ?? order,
        name: textCell(cell('name')) ?? 'NVIDIA GPU',
        driverVersion: textCell(cell('driverVersion')),
        busId: textCell(cell('busId')),
        memoryTotalMiB: numberOrNull(cell('memoryTotalMiB')),
        powerLimitW: numberOrNull(cell('powerLimitW')),
        eccMode: textCell(cell('eccMode')),
        persistenceMode: textCell(cell('persistenceMode')),
        migMode: textCell(cell('migMode')),
      },
    ];
  });
}

/** The health of the GPUs, one per row; `at`: arrival in epoch ms. */
export function parseHealth(text: string, requested: QueryPlan<keyof typeof HEALTH_FIELDS>, at: number): GpuHealth[] {
  return outputLines(text).flatMap((line) => {
    const cell = reader(line, requested);
    if (cell === null || !isGpuUuid(cell('uuid'))) return [];
    return [
      {
        uuid: cell('uuid'),
        takenAt: at,
        eccUncorrectedVolatile: numberOrNull(cell('eccUncorrectedVolatile')),
        eccCorrectedVolatile: numberOrNull(cell('eccCorrectedVolatile')),
        eccModePending: textCell(cell('eccModePending')),
        remappedRowsPending: textCell(cell('remappedRowsPending')),
        remappedRowsFailure: textCell(cell('remappedRowsFailure')),
        retiredPagesPending: textCell(cell('retiredPagesPending')),
        recoveryAction: textCell(cell('recoveryAction')),
      },
    ];
  });
}
