import type { GatewayErrorCode } from '../../../shared/error-codes.ts';
import { type CodedError, type PanelException, panelError } from '../../../shared/errors.ts';

/** What is asked of a gateway that nobody set up. */
export function notSetUpError(): PanelException {
  return panelError({
    code: 'gateway-not-set-up',
    layer: 'panel',
    message: 'No gateway is set up for this host.',
    hint: 'Set it up on the Gateway page.',
    retryable: false,
  });
}

/** The SSH host that the gateway is reached through is gone from the list. */
export function hostGoneError(): PanelException {
  return panelError({
    code: 'gateway-host-gone',
    layer: 'panel',
    message: 'The host this gateway is reached through is no longer in the list.',
    hint: 'Pick another way to the gateway, or add the host again.',
    retryable: false,
  });
}

/** The way to the gateway begins at another machine than before: what was given for the old one is gone. */
export function machineChangedError(before: string, now: string): PanelException {
  return panelError({
    code: 'gateway-machine-changed',
    layer: 'panel',
    message: 'The SSH host of the gateway is another machine than before, so the token and the trusted certificate were removed.',
    hint: 'If this is right, enter the token again. Nothing was sent.',
    retryable: false,
    facts: { before: before.slice(0, 500), now: now.slice(0, 500) },
  });
}

/** What a refusal amounts to, without its facts. */
export type Refusal = Pick<CodedError, 'code' | 'layer' | 'message' | 'hint' | 'retryable'>;
/** A refusal of the gateway that is not worth repeating, unless `rest` says so. */
export const refusalError = (code: GatewayErrorCode, message: string, hint: string, rest: Partial<Refusal> = {}): Refusal => ({
  code,
  layer: 'gateway',
  message,
  hint,
  retryable: false,
  ...rest,
});
