import { type CodedError, type PanelException, panelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { splitAddress } from './address.ts';

type Words = Pick<CodedError, 'code' | 'message' | 'hint'>;

/** Why the host did not begin a download, by the exit code of the script checkpointFetch. */
export function downloadRefusedError(
  exitCode: number | null,
  o: { readonly folder: string; readonly name: string; readonly detail: string },
) {
  const known: Readonly<Record<number, Words>> = {
    10: {
      code: 'checkpoint-folder-missing',
      message: `There is no folder ${o.folder} on the host.`,
      hint: 'See where ComfyUI keeps its models, and that the folder is there.',
    },
    11: {
      code: 'checkpoint-folder-read-only',
      message: `The user of the SSH login may not write to ${o.folder}.`,
      hint: 'Let it: sudo setfacl -m u:USER:rwx on this folder, or log in as the user ComfyUI runs as.',
    },
    12: {
      code: 'checkpoint-tools-missing',
      message: 'curl or setsid is missing on the host.',
      hint: 'Install them there: sudo apt install curl util-linux.',
    },
    13: {
      code: 'checkpoint-there',
      message: `A file ${o.name} is there already.`,
      hint: 'Use another name, or remove the file on the host first.',
    },
    15: {
      code: 'checkpoint-folder-not-private',
      message: `The private folder .ada-panel-… in ${o.folder} belongs to somebody else, or others may write to it.`,
      hint: 'Look at it on the host, and remove it if nobody needs it.',
    },
    16: {
      code: 'checkpoint-state-read-only',
      message: 'The state folder ~/.local/state/ada-panel of the SSH login cannot be written to.',
      hint: 'Free space in the home folder on the host, or correct its owner and mode.',
    },
    14: {
      code: 'checkpoint-under-way',
      message: `${o.name} is being fetched already.`,
      hint: 'Its progress stands in the list.',
    },
  };
  const words = known[exitCode ?? -1] ?? {
    code: 'checkpoint-not-begun',
    message: `The host did not begin to fetch ${o.name}.`,
    hint: 'Look at the details; try again.',
  };
  return panelError({ layer: 'host', ...words, detail: o.detail, retryable: true });
}

/** A download whose address had a part that is not saved, or that cannot be read any more. */
export const addressNeededError = (name: string): PanelException =>
  panelError({
    code: 'checkpoint-address-needed',
    layer: 'host',
    message: `The address of ${name} had a secret part, which is not saved on the host.`,
    hint: 'Fetch it again with its full address and the same name; what has arrived is kept.',
    retryable: true,
  });

/** What the server has there is no checkpoint, by its first bytes. */
export function notAModelError(kind: 'page' | 'lfs-pointer' | 'other', server: string): PanelException {
  const address = 'Use the address of the download itself. At Hugging Face it has /resolve/main/ in it, not /blob/main/ or /raw/main/.';
  const words: Readonly<Record<typeof kind, Words>> = {
    page: { code: 'checkpoint-is-a-page', message: `${server} answers this address with a web page, not with a file.`, hint: address },
    'lfs-pointer': {
      code: 'checkpoint-is-a-pointer',
      message: `${server} has only a Git LFS pointer at this address, not the file.`,
      hint: address,
    },
    other: {
      code: 'checkpoint-not-safetensors',
      message: `What ${server} has at this address is not a safetensors file.`,
      hint: 'Look for a .safetensors file of the model; other formats can run code when they are loaded.',
    },
  };
  return panelError({ layer: 'host', retryable: false, ...words[kind] });
}

export const folderUnknownError = (): PanelException =>
  panelError({
    code: 'checkpoint-folder-unknown',
    layer: 'host',
    message: 'Where ComfyUI keeps its checkpoints is not known.',
    hint: 'Start ComfyUI: it tells its folders when it runs.',
    retryable: true,
  });

export const diskTooSmallError = (o: { readonly neededBytes: number; readonly freeBytes: number; readonly path: string }): PanelException =>
  panelError({
    code: 'disk-too-small',
    layer: 'host',
    message: `This file takes ${formatBytes(o.neededBytes)}, and ${formatBytes(o.freeBytes)} are free on ${o.path}.`,
    hint: 'Free space on the host first; nothing was begun.',
    retryable: true,
  });

/** What the server said when the host asked for the file's size. */
export function fileServerError(status: number | null, o: { readonly url: string; readonly hasToken: boolean; readonly detail: string }) {
  const server = new URL(o.url).hostname.slice(0, 200);
  // S3 and its kin answer an address whose time is over with 403, some with 400.
  if ((status === 403 || status === 400) && !o.hasToken && splitAddress(o.url).hasSecret)
    return panelError({
      code: 'checkpoint-gated',
      layer: 'host',
      message: `${server} refused this address: the link has expired, or gives no access.`,
      hint: 'Copy a new link from the page of the file; such links are valid for minutes or hours.',
      detail: o.detail,
      retryable: true,
    });
  if (status === 401 || status === 403)
    return panelError({
      code: 'checkpoint-gated',
      layer: 'host',
      message: `${server} wants a login for this file${o.hasToken ? ', and does not take this token' : ''}.`,
      hint: 'Accept the licence on the page of the model, and enter a token that may read it.',
      detail: o.detail,
      retryable: true,
    });
  if (status === 404)
    return panelError({
      code: 'checkpoint-not-found',
      layer: 'host',
      message: `${server} has no such file.`,
      hint: 'Check the address. At Hugging Face it has /resolve/main/ in it, not /blob/main/.',
      detail: o.detail,
      retryable: true,
    });
  return panelError({
    code: 'checkpoint-server-away',
    layer: 'host',
    message: status === null ? `The host could not reach ${server}.` : `${server} answered with status ${status}.`,
    hint:
      status === null
        ? 'See that the host reaches the internet, then try again.'
        : status === 429
          ? 'It limits how often it is asked. Wait a few minutes, then try again.'
          : 'Try again later, or check the address.',
    detail: o.detail,
    retryable: true,
  });
}

export const notComfyUiError = (): PanelException =>
  panelError({
    code: 'comfyui-not-there',
    layer: 'backend',
    message: 'What answers at the address of ComfyUI is something else.',
    hint: 'See on the host what listens there, or set another address in Settings.',
    retryable: true,
  });
