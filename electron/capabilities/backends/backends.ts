import type { Settings } from '../../../shared/capabilities/settings/contract.ts';
import type { Peer } from '../../foundation/http/client.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import {
  type BackendEndpoint,
  COMFYUI_PEER,
  COMFYUI_PORT,
  createBackendEndpoint,
  createEndpointClient,
  describeEndpoint,
} from './backend-endpoint.ts';
import { INVOKEAI_PEER, INVOKEAI_PORT } from './invokeai.ts';
import { createInvokeAiEvents, type InvokeAiEvents } from './invokeai-events.ts';
import { createInvokeAiLogin, type InvokeAiLogin, type LoginStore } from './invokeai-login.ts';
import type { JsonClient } from './json-client.ts';

/** The programs on the host that make images, as this panel reaches them. */
export interface Backends {
  readonly invokeAiLogin: InvokeAiLogin;
  /** Sends the login along. */
  readonly invokeai: JsonClient;
  readonly invokeAiEvents: InvokeAiEvents;
  readonly comfyui: JsonClient;
  /** `9090` on the host itself, else `name:port`. */
  addresses(): { readonly invokeai: string; readonly comfyui: string };
  readonly comfyuiEndpoint: Pick<BackendEndpoint, 'address' | 'onChange'>;
  onInvokeAiChange(listener: () => void): () => void;
  onComfyUiChange(listener: () => void): () => void;
  stop(): void;
}

/** Opens them at the addresses that the settings hold for this host. */
export function createBackends(o: {
  readonly hostId: string;
  readonly settings: { get(): Pick<Settings, 'backends'>; onChange(listener: () => void): () => void };
  readonly connection: Transport;
  readonly logins: LoginStore;
}): Backends {
  const { hostId, settings, connection, logins } = o;
  const endpoint = (of: 'invokeai' | 'comfyui', peer: Peer, usualPort: number) =>
    createBackendEndpoint({ peer, address: () => settings.get().backends[hostId]?.[of] ?? null, usualPort, transport: connection });
  const ofInvokeAi = endpoint('invokeai', INVOKEAI_PEER, INVOKEAI_PORT);
  const ofComfyUi = endpoint('comfyui', COMFYUI_PEER, COMFYUI_PORT);
  const invokeAiLogin = createInvokeAiLogin({
    client: createEndpointClient(ofInvokeAi),
    place: () => ofInvokeAi.identity(),
    store: logins,
  });
  const invokeAiEvents = createInvokeAiEvents(ofInvokeAi, () => invokeAiLogin.token());
  const comfyui = createEndpointClient(ofComfyUi);
  const check = (): void => {
    ofInvokeAi.refresh();
    ofComfyUi.refresh();
  };
  const stops = [settings.onChange(check), connection.onChange(check)];
  return {
    invokeAiLogin,
    invokeai: invokeAiLogin.client,
    invokeAiEvents,
    comfyui,
    addresses: () => ({ invokeai: describeEndpoint(ofInvokeAi.address()), comfyui: describeEndpoint(ofComfyUi.address()) }),
    comfyuiEndpoint: ofComfyUi,
    onInvokeAiChange: ofInvokeAi.onChange,
    onComfyUiChange: ofComfyUi.onChange,
    stop: () => {
      for (const stop of stops) stop();
      invokeAiEvents.close();
      invokeAiLogin.client.close();
      comfyui.close();
    },
  };
}
