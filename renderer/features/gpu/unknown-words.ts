import type { GpuStatus, UnknownReason } from '../../../shared/capabilities/gpu/contract.ts';
import { assertNever } from '../../../shared/errors.ts';
import type { GpuMetric } from '../../../shared/gpu-metrics.ts';

function words(reason: UnknownReason): string {
  switch (reason) {
    case 'absent':
      return 'This GPU or its driver does not report it.';
    case 'no-permission':
      return 'The user of the connection may not read it.';
    case 'error':
      return 'The driver answered with an error.';
    case 'lost':
      return 'The GPU is lost.';
    case 'deprecated':
      return 'This driver no longer reports it.';
    default:
      return assertNever(reason);
  }
}

/** Why a metric of a GPU has no number, in words; undefined when the host gave no reason. */
export function whyUnknown(status: GpuStatus, uuid: string, metric: GpuMetric): string | undefined {
  const reason = status.unknown[`${uuid}/${metric}`];
  return reason === undefined ? undefined : words(reason);
}
