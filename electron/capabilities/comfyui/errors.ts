import { type CodedError, type PanelException, panelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { splitAddress } from './address.ts';

type ErrorText = Pick<CodedError, 'code' | 'message' | 'hint'>;

/** Why the host did not start a download, by the exit code of the script checkpointFetch. */
export function downloadRefusedError(
  exitCode: number | null,
  o: { readonly folder: string; readonly name: string; readonly detail: string },
) {
  const known: Readonly<Record<number, ErrorText>> = {
    10: {
      code: 'checkpoint-folder-missing',
      message: `Folder not found on the host: ${o.folder}.`,
      hint: 'Check the model folder in ComfyUI’s configuration.',
    },
    11: {
      code: 'checkpoint-folder-read-only',
      message: `The SSH user has no permission to write to ${o.folder}.`,
      hint: 'Run sudo setfacl -m u:USER:rwx on this folder, or log in as ComfyUI’s user.',
    },
    12: {
      code: 'checkpoint-tools-missing',
      message: 'curl or setsid is missing on the host.',
      hint: 'Run on the host: sudo apt install curl util-linux.',
    },
    13: {
      code: 'checkpoint-there',
      message: `The file ${o.name} already exists.`,
      hint: 'Use another name, or remove the file on the host first.',
    },
    15: {
      code: 'checkpoint-folder-not-private',
      message: `The private folder .ada-panel-… in ${o.folder} belongs to another user or is writable by others.`,
      hint: 'Check the folder on the host, and remove it if it is not needed.',
    },
    16: {
      code: 'checkpoint-state-read-only',
      message: 'The state folder ~/.local/state/ada-panel of the SSH user is not writable.',
      hint: 'Free space in the home folder on the host, or correct its owner and mode.',
    },
    14: {
      code: 'checkpoint-under-way',
      message: `${o.name} is already being fetched.`,
      hint: 'See its progress under Downloads.',
    },
  };
  const words = known[exitCode ?? -1] ?? {
    code: 'checkpoint-not-begun',
    message: `The host could not start to fetch ${o.name}.`,
    hint: 'Retry. If it fails again, copy the details.',
  };
  return panelError({ layer: 'host', ...words, detail: o.detail, retryable: true });
}

/** A download whose full address was not saved because it contained a secret. */
export const addressNeededError = (name: string): PanelException =>
  panelError({
    code: 'checkpoint-address-needed',
    layer: 'host',
    message: `The address of ${name} contained a secret, which is not saved on the host.`,
    hint: 'Fetch it again with its full address and the same name; the partial file is used.',
    retryable: true,
  });

/** By its first bytes, the file is not a checkpoint. */
export function notAModelError(kind: 'page' | 'lfs-pointer' | 'other', server: string): PanelException {
  const address = 'Use the download address of the file. On Hugging Face it contains /resolve/main/, not /blob/main/ or /raw/main/.';
  const words: Readonly<Record<typeof kind, ErrorText>> = {
    page: { code: 'checkpoint-is-a-page', message: `${server} returned a web page instead of a file.`, hint: address },
    'lfs-pointer': {
      code: 'checkpoint-is-a-pointer',
      message: `${server} returned a Git LFS pointer instead of the file.`,
      hint: address,
    },
    other: {
      code: 'checkpoint-not-safetensors',
      message: `The file on ${server} is not a safetensors file.`,
      hint: 'Use a .safetensors file of the model; other formats can run code when loaded.',
    },
  };
  return panelError({ layer: 'host', retryable: false, ...words[kind] });
}

export const folderUnknownError = (): PanelException =>
  panelError({
    code: 'checkpoint-folder-unknown',
    layer: 'host',
    message: 'ComfyUI’s checkpoint folder is unknown.',
    hint: 'Start ComfyUI, which reports its folders.',
    retryable: true,
  });

export const diskTooSmallError = (o: { readonly neededBytes: number; readonly freeBytes: number; readonly path: string }): PanelException =>
  panelError({
    code: 'disk-too-small',
    layer: 'host',
    message: `Not enough disk space: ${formatBytes(o.neededBytes)} needed, ${formatBytes(o.freeBytes)} free on ${o.path}.`,
    hint: 'Free space on the host, then retry.',
    retryable: true,
  });

/** The server's refusal when the host queried the size of the file. */
export function fileServerError(status: number | null, o: { readonly url: string; readonly hasToken: boolean; readonly detail: string }) {
  const server = new URL(o.url).hostname.slice(0, 200);
  // S3 and its kin answer an address whose time is over with 403, some with 400.
  if ((status === 403 || status === 400) && !o.hasToken && splitAddress(o.url).hasSecret)
    return panelError({
      code: 'checkpoint-gated',
      layer: 'host',
      message: `${server} denied access: the link has expired or is not valid.`,
      hint: 'Copy a new link from the page of the file; such links expire within hours.',
      detail: o.detail,
      retryable: true,
    });
  if (status === 401 || status === 403)
    return panelError({
      code: 'checkpoint-gated',
      layer: 'host',
      message: `${server} requires a login for this file${o.hasToken ? ' and rejected the token' : ''}.`,
      hint: 'Accept the licence on the page of the model, and enter a token with read access.',
      detail: o.detail,
      retryable: true,
    });
  if (status === 404)
    return panelError({
      code: 'checkpoint-not-found',
      layer: 'host',
      message: `${server} has no such file.`,
      hint: 'Check the address. On Hugging Face it contains /resolve/main/, not /blob/main/.',
      detail: o.detail,
      retryable: true,
    });
  return panelError({
    code: 'checkpoint-server-away',
    layer: 'host',
    message: status === null ? `The host could not reach ${server}.` : `${server} responded with status ${status}.`,
    hint:
      status === null
        ? 'Check the internet connection of the host, then retry.'
        : status === 429
          ? 'The server limits requests. Wait a few minutes, then retry.'
          : 'Check the address, or retry later.',
    detail: o.detail,
    retryable: true,
  });
}

export const notComfyUiError = (): PanelException =>
  panelError({
    code: 'comfyui-not-there',
    layer: 'backend',
    message: 'The program at ComfyUI’s address is not ComfyUI.',
    hint: 'Check which program listens there, or change the address in Settings.',
    retryable: true,
  });
