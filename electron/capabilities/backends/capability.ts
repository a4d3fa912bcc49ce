import type { Peer } from '../../foundation/http/client.ts';
import { hostCapability } from '../capability.ts';
import { INVOKEAI_PEER, INVOKEAI_PORT } from './invokeai.ts';
import { createInvokeAiLine, type InvokeAiLine } from './invokeai-events.ts';
import { createInvokeAiLogin, forgetLogin, type InvokeAiLogin, loginInKeyring, loginOfLab } from './invokeai-login.ts';
import type { JsonClient } from './json-client.ts';
import { COMFYUI_PEER, COMFYUI_PORT, createMovingClient, createWhereabouts, describePlace, type Whereabouts } from './place.ts';

/** The programs on the host that make images, as this panel reaches them. */
export interface Backends {
  readonly invokeAiLogin: InvokeAiLogin;
  /** Sends the login along. */
  readonly invokeai: JsonClient;
  readonly invokeAiEvents: InvokeAiLine;
  readonly comfyui: JsonClient;
  /** `9090` on the host itself, else `name:port`. */
  addresses(): { readonly invokeai: string; readonly comfyui: string };
  readonly comfyuiEndpoint: Pick<Whereabouts, 'place' | 'onMoved'>;
  onInvokeAiMoved(listener: () => void): () => void;
  onComfyUiMoved(listener: () => void): () => void;
  stop(): void;
}

export const backendsCapability = hostCapability<'backends', Backends>({
  name: 'backends',
  create: ({ hostId, lab, connection, settings, secrets }) => {
    const whereabouts = (of: 'invokeai' | 'comfyui', peer: Peer, usualPort: number) =>
      createWhereabouts({ peer, address: () => settings.get().backends[hostId]?.[of] ?? null, usualPort, transport: connection });
    const ofInvokeAi = whereabouts('invokeai', INVOKEAI_PEER, INVOKEAI_PORT);
    const ofComfyUi = whereabouts('comfyui', COMFYUI_PEER, COMFYUI_PORT);
    const invokeAiLogin = createInvokeAiLogin({
      client: createMovingClient(ofInvokeAi),
      place: () => ofInvokeAi.identity(),
      store: lab === null ? loginInKeyring(hostId, secrets) : loginOfLab(lab),
    });
    const invokeAiEvents = createInvokeAiLine(ofInvokeAi, () => invokeAiLogin.token());
    const comfyui = createMovingClient(ofComfyUi);
    const look = (): void => {
      ofInvokeAi.look();
      ofComfyUi.look();
    };
    const stops = [settings.onChange(look), connection.onChange(look)];
    return {
      invokeAiLogin,
      invokeai: invokeAiLogin.client,
      invokeAiEvents,
      comfyui,
      addresses: () => ({ invokeai: describePlace(ofInvokeAi.place()), comfyui: describePlace(ofComfyUi.place()) }),
      comfyuiEndpoint: ofComfyUi,
      onInvokeAiMoved: ofInvokeAi.onMoved,
      onComfyUiMoved: ofComfyUi.onMoved,
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
