import type { AskingMachine } from '../../../shared/capabilities/hosts/contract.ts';

/** The machine that wants something, so that nobody types the password of one machine into another. */
export function whoAsks(asking: AskingMachine, hostLabel: string): string {
  return asking.isJumpHost ? `The jump host ${asking.address}, on the way to ${hostLabel},` : `${hostLabel} (${asking.address})`;
}
