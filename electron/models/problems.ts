import type { ModelsDisk } from '../../shared/contract/models.ts';
import { PanelException, toPanelError } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/units.ts';

export const notInvokeAi = (): PanelException =>
  new PanelException({
    code: 'invokeai-not-there',
    layer: 'backend',
    message: 'What answers at the address of InvokeAI is something else.',
    hint: 'Cockpit and Prometheus use port 9090, too. See on the host what listens there, or set another address in Settings.',
    retryable: true,
  });

export const doesNotFit = (neededBytes: number, disk: ModelsDisk): PanelException =>
  new PanelException({
    code: 'disk-too-small',
    layer: 'host',
    message: `This takes about ${formatBytes(neededBytes)}, and ${formatBytes(disk.freeBytes)} are free on ${disk.path}.`,
    hint: 'Delete a model you no longer use, or free space on the host; nothing was begun.',
    retryable: true,
  });

/** InvokeAI answers 500 without a word when a repo is gated, unknown or cannot be reached. Throws again what it was given, or better words. */
export function explainInstall(source: string): (thrown: unknown) => never {
  return (thrown) => {
    const error = toPanelError(thrown);
    if (error.code !== 'invokeai-refused' || error.facts?.['status'] !== '500') throw thrown;
    throw new PanelException({
      ...error,
      code: 'repo-not-had',
      message: `InvokeAI could not get ${source} from Hugging Face.`,
      hint: 'The name may be wrong, the repo may ask for a login or for its licence to be accepted, or the host cannot reach Hugging Face. A token is entered below the list.',
      retryable: true,
    });
  };
}

/** What an older version does not have; throws again what is another trouble. */
export function notOffered(thrown: unknown): 'not-offered' {
  const { code } = toPanelError(thrown);
  if (code === 'invokeai-no-such-path' || code === 'invokeai-refused') return 'not-offered';
  throw thrown;
}
