import type { ComfyUiState } from '../../shared/capabilities/comfyui/contract.ts';
import type { CallName, Handlers } from '../../shared/contract/index.ts';
import { NO_COMFYUI } from '../../shared/nothing-yet.ts';
import type { Hosts } from './hosts.ts';
import type { HostSession } from './session.ts';

type ComfyUiHandlers = Pick<Handlers, Extract<CallName, `comfyui.${string}`>>;

/** What the calls about ComfyUI do, on the host shown; `session` throws when there is none. */
export function comfyUiHandlers(o: { readonly hosts: Hosts; readonly session: () => HostSession }): ComfyUiHandlers {
  const comfyui = (): HostSession['comfyui'] => o.session().comfyui;
  const state = (): ComfyUiState => o.hosts.session()?.comfyui.state() ?? NO_COMFYUI;
  const after = async (work: Promise<void>): Promise<ComfyUiState> => {
    await work;
    return state();
  };
  return {
    'comfyui.state': state,
    'comfyui.refresh': () => after(comfyui().refresh()),
    'comfyui.interrupt': ({ promptId }) => after(comfyui().interrupt(promptId)),
    'comfyui.dequeue': ({ promptId }) => after(comfyui().dequeue(promptId)),
    'comfyui.free': () => comfyui().free(),
    'comfyui.download': (wanted) => after(comfyui().download(wanted)),
    'comfyui.actOnDownload': ({ name, verb }) => after(comfyui().actOnDownload(name, verb)),
  };
}
