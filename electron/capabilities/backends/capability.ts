import type { Peer } from '../../foundation/http/client.ts';
import { hostCapability } from '../capability.ts';
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
import { createInvokeAiLogin, forgetLogin, type InvokeAiLogin, loginInKeyring, loginOfLab } from './invokeai-login.ts';
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

export const backendsCapability = hostCapability<'backends', Backends>({
  name: 'backends',
  create: ({ hostId, lab, connection, settings, secrets }) => {
    const endpoint = (of: 'invokeai' | 'comfyui', peer: Peer, usualPort: number) =>
      createBackendEndpoint({ peer, address: () => settings.get().backends[hostId]?.[of] ?? null, usualPort, transport: connection });
    const ofInvokeAi = endpoint('invokeai', INVOKEAI_PEER, INVOKEAI_PORT);
    const ofComfyUi = endpoint('comfyui', COMFYUI_PEER, COMFYUI_PORT);
    const invokeAiLogin = createInvokeAiLogin({
      client: createEndpointClient(ofInvokeAi),
      place: () => ofInvokeAi.identity(),
      store: lab === null ? loginInKeyring(hostId, secrets) : loginOfLab(lab),
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
  },
  handlers: {},
  stop: (backends) => backends.stop(),
  forget: ({ settings, secrets }, hostId) => {
    forgetLogin(hostId, secrets);
    // A host that is added later may be given the same id, and is another machine.
    const { [hostId]: _addresses, ...backends } = settings.get().backends;
    settings.update({ backends });
  },
});
