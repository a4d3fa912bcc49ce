import { z } from 'zod';
import type { HostContext } from '../capability.ts';
import { labGatewaySettings } from './gateway-settings.ts';

/** Secrets that the panel holds at this moment: of its store, of the connection to the host, and the token of the lab's gateway. */
export const knownSecretsOf = ({ secrets, connection, lab }: Pick<HostContext, 'secrets' | 'connection' | 'lab'>): readonly string[] => [
  ...secrets.values().flatMap(partsOf),
  ...connection.heldSecrets(),
  ...(lab === null ? [] : [labGatewaySettings(lab).token() ?? '']),
];

/** A secret as it is saved; of a login also its parts. */
function partsOf(saved: string): readonly string[] {
  if (!saved.startsWith('{')) return [saved];
  try {
    return [saved, ...Object.values(z.record(z.string(), z.string()).parse(JSON.parse(saved)))];
  } catch {
    return [saved];
  }
}
