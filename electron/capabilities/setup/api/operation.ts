import { isRecord } from '../../../../shared/record.ts';
import type { JsonClient } from '../../backends/json-client.ts';

/** How a program stands to what one of its operations would do. */
export type ApiState = { readonly kind: 'done' } | { readonly kind: 'needed' } | { readonly kind: 'failed'; readonly reason: string };

/** What an operation needs of the panel. */
export interface ApiContext {
  readonly client: JsonClient;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly onLines: (lines: readonly string[]) => void;
}

/** Something that is done through a program's own HTTP API instead of a file or command. */
export interface ApiOperation {
  /** As the plan shows it: method, path, subject. Without secrets. */
  readonly request: string;
  /** Reads only. Throws what the client throws. */
  check(client: JsonClient): Promise<ApiState>;
  /** Resolves when the program reports that it is done. Throws setup-step-failed, setup-cancelled, and what the client throws. */
  apply(context: ApiContext): Promise<void>;
}

/** A member of a JSON object; undefined = another shape. */
export const memberOf = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);
