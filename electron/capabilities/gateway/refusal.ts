import type { GatewayErrorCode } from '../../../shared/error-codes.ts';
import type { CodedError } from '../../../shared/errors.ts';

/** What a refusal amounts to, without its facts. */
export type Refusal = Pick<CodedError, 'code' | 'layer' | 'message' | 'hint' | 'retryable'>;

/** A refusal of the gateway that is not worth repeating, unless `rest` says so. */
export const refusal = (code: GatewayErrorCode, message: string, hint: string, rest: Partial<Refusal> = {}): Refusal => ({
  code,
  layer: 'gateway',
  message,
  hint,
  retryable: false,
  ...rest,
});
