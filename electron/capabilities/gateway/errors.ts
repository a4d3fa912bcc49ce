import type { GatewayErrorCode } from '../../../shared/error-codes.ts';
import { type CodedError, type PanelException, panelError } from '../../../shared/errors.ts';

/** A request to a gateway that is not set up. */
export function notSetUpError(): PanelException {
  return panelError({
    code: 'gateway-not-set-up',
    layer: 'panel',
    message: 'No gateway is set up for this host.',
    hint: 'Set up a gateway on the Gateway page.',
    retryable: false,
  });
}

/** The SSH host on the route to the gateway was removed from the list. */
export function hostRemovedError(): PanelException {
  return panelError({
    code: 'gateway-host-gone',
    layer: 'panel',
    message: 'The SSH host of this gateway was removed from the list.',
    hint: 'Select another connection for the gateway, or add the host again.',
    retryable: false,
  });
}

/** The SSH host resolves to another machine, so token and trust of the previous machine were removed. */
export function machineChangedError(before: string, now: string): PanelException {
  return panelError({
    code: 'gateway-machine-changed',
    layer: 'panel',
    message: 'The SSH host of the gateway is a different machine than before, so the token and the trusted certificate were removed.',
    hint: 'Nothing was sent. If the change is expected, enter the token again.',
    retryable: false,
    facts: { before: before.slice(0, 500), now: now.slice(0, 500) },
  });
}

/** What a refusal amounts to, without its facts. */
export type Refusal = Pick<CodedError, 'code' | 'layer' | 'message' | 'hint' | 'retryable'>;
/** A refusal of the gateway; not retryable unless `rest` sets it. */
export const refusalError = (code: GatewayErrorCode, message: string, hint: string, rest: Partial<Refusal> = {}): Refusal => ({
  code,
  layer: 'gateway',
  message,
  hint,
  retryable: false,
  ...rest,
});
