import { isRecord } from '../../../../shared/record.ts';
import type { HttpRequest, Reply } from '../../../foundation/http/client.ts';
import type { JsonClient } from '../../backends/json-client.ts';

/** How a program stands to what one of its operations would do; `remedy` where the logs of its service are not the first thing to look at. */
export type ApiState =
  | { readonly kind: 'done' }
  | { readonly kind: 'needed' }
  | { readonly kind: 'failed'; readonly reason: string; readonly remedy?: string };

/** Requests to the gateway of the Gateway page. The token is added behind `request`; a refusal by status is a reply. */
export interface GatewayClient {
  request(request: HttpRequest): Promise<Reply>;
}

/** The gateway of this host, or in one sentence what the operator has to set up so that the panel can use it. */
export type GatewayOfHost =
  | { readonly kind: 'usable'; readonly address: string; readonly client: GatewayClient }
  | { readonly kind: 'unusable'; readonly reason: string };

/** The programs that operations are done through. */
export interface ApiClients {
  /** For the API of the program on a port of the host; the caller closes it. */
  client(port: number): JsonClient;
  gateway(): GatewayOfHost;
}

/** What an operation needs of the panel. */
export interface ApiContext {
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly now: () => number;
  readonly onLines: (lines: readonly string[]) => void;
  /** Last lines of the journal of the plan's units, for an error. */
  readonly lastLines: () => Promise<string>;
}

/** An operation of one program, by that program's client. */
export interface ClientOperation<Client> {
  /** As the plan shows it: method, path, subject. Without secrets. */
  readonly request: string;
  /** Reads only. Throws what the client throws. */
  check(client: Client): Promise<ApiState>;
  /** Resolves when the program reports that it is done. Throws setup-step-failed, setup-cancelled, and what the client throws. */
  apply(context: ApiContext & { readonly client: Client }): Promise<void>;
}

/** Something that is done through a program's own HTTP API instead of a file or command. */
export interface ApiOperation {
  /** Where the requests go, as the plan shows it. */
  readonly place: string;
  readonly request: string;
  check(clients: ApiClients): Promise<ApiState>;
  apply(clients: ApiClients, context: ApiContext): Promise<void>;
}

/** An operation of the program on a port of the host. */
export function onPort(port: number, operation: ClientOperation<JsonClient>): ApiOperation {
  const use = async <T>(clients: ApiClients, work: (client: JsonClient) => Promise<T>): Promise<T> => {
    const client = clients.client(port);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  };
  return {
    place: `port ${port}`,
    request: operation.request,
    check: (clients) => use(clients, operation.check),
    apply: (clients, context) => use(clients, (client) => operation.apply({ ...context, client })),
  };
}

/** A member of a JSON object; undefined = another shape. */
export const memberOf = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);
