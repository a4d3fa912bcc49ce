import type { ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import { hasCode, type PanelException, panelError, toPanelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { plainText } from '../../../shared/plain-text.ts';

export const notInvokeAiError = (): PanelException =>
  panelError({
    code: 'invokeai-not-there',
    layer: 'backend',
    message: 'The program at InvokeAI’s address is not InvokeAI.',
    hint: 'Check which program listens there (Cockpit and Prometheus also use port 9090), or change the address in Settings.',
    retryable: true,
  });

export const diskTooSmallError = (neededBytes: number, disk: ModelsDisk): PanelException =>
  panelError({
    code: 'disk-too-small',
    layer: 'host',
    message: `Not enough disk space: ${formatBytes(neededBytes)} needed, ${formatBytes(disk.freeBytes)} free on ${disk.path}.`,
    hint: 'Delete an unused model or free space on the host, then retry.',
    retryable: true,
  });

const UNCHANGED = {
  pause: { verb: 'pause', hint: 'The download may already be complete; later steps cannot be paused.' },
  resume: { verb: 'resume', hint: 'Retry, or start it over.' },
  cancel: { verb: 'cancel', hint: 'It may be hashing the files. Wait until that ends, then delete the model.' },
  'start-over': { verb: 'start over', hint: 'Cancel it, then install the same source again.' },
} as const;

/** InvokeAI accepted an action without changing the job. */
export const installUnchangedError = (source: string, verb: keyof typeof UNCHANGED, state: string): PanelException =>
  panelError({
    code: 'install-unchanged',
    layer: 'backend',
    message: `InvokeAI did not ${UNCHANGED[verb].verb} ${source}: it is still "${state.replaceAll('_', ' ')}".`,
    hint: UNCHANGED[verb].hint,
    retryable: true,
  });

/** The install is no longer in InvokeAI's list. */
export const installNotFoundError = (source: string): PanelException =>
  panelError({
    code: 'install-gone',
    layer: 'backend',
    message: `InvokeAI no longer has the install of ${source}.`,
    hint: 'InvokeAI was restarted, or its list was cleared. Install the model again.',
    retryable: false,
  });

/** The job is no longer in InvokeAI's queue. */
export const queueJobNotFoundError = (): PanelException =>
  panelError({
    code: 'queue-job-gone',
    layer: 'backend',
    message: 'This job is no longer in InvokeAI’s queue.',
    hint: 'The job ended, or the queue was cleared.',
    retryable: false,
  });

export const hfTokenRefusedError = (): PanelException =>
  panelError({
    code: 'hf-token-refused',
    layer: 'network',
    message: 'Hugging Face rejected the token; it was not saved.',
    hint: 'Create a token with read access at huggingface.co/settings/tokens and paste it completely.',
    retryable: false,
  });

const isPath = (source: string): boolean => source.startsWith('/');

/**
 * InvokeAI responds with a bare 500 when a repo is gated, unknown or out of reach, and with the same 409 for a misspelt path and for a
 * path that its service cannot read. Throws a specific error for these, else the given one.
 */
export function explainInstall(
  source: string,
  isPathThere: (path: string) => Promise<boolean | null>,
): (thrown: unknown) => Promise<never> {
  return async (thrown) => {
    const error = toPanelError(thrown);
    const status = hasCode(error, 'invokeai-refused') ? error.facts?.['status'] : null;
    const server = /^https?:\/\/([^/?#@]+@)?([^/?#]+)/i.exec(source)?.[2] ?? null;
    if (status === '500' && server !== null) {
      throw panelError({
        ...error,
        code: 'address-not-had',
        message: `InvokeAI could not get this address from ${plainText(server)}.`,
        hint: 'Check the address, its access rights, and the host’s network. The reason is in the InvokeAI log.',
        retryable: true,
      });
    }
    if (status === '500' && !isPath(source)) {
      throw panelError({
        ...error,
        code: 'repo-not-had',
        message: `InvokeAI could not get ${source} from Hugging Face.`,
        hint: 'Check the name and the host’s network. For a gated repo, accept its licence on Hugging Face and log in on the Models page.',
        retryable: true,
      });
    }
    if (status !== '409' || !/unsupported model source/i.test(error.message)) throw thrown;
    if (!isPath(source)) {
      throw panelError({
        ...error,
        code: 'source-not-understood',
        message: `InvokeAI does not support the source "${source}".`,
        hint: 'Enter a Hugging Face repo (org/name), a URL (https://…), or a full path on the host (/…).',
        retryable: false,
      });
    }
    const isThere = await isPathThere(source).catch(() => null);
    throw panelError({
      ...error,
      ...(isThere === true ? pathUnreadableError(source) : pathAbsentError(source, isThere === false)),
      layer: 'host',
    });
  };
}

const pathAbsentError = (path: string, isCertain: boolean) =>
  ({
    code: 'path-not-there',
    message: isCertain ? `There is no ${path} on the host.` : `InvokeAI cannot see ${path} on the host.`,
    hint: isCertain
      ? 'Check the spelling; the path is the one on the host, not on this computer.'
      : 'Check the spelling and the permissions; with ProtectHome= its unit sees nothing below /home, /root and /run/user.',
    retryable: false,
  }) as const;

const pathUnreadableError = (path: string) =>
  ({
    code: 'path-not-readable',
    message: `${path} exists on the host, but InvokeAI cannot see it.`,
    hint: `${
      /^\/(home|root|run\/user)\//.test(path)
        ? 'Its unit probably has ProtectHome=, which hides this folder from it: move the file'
        : 'Its service user may not enter one of the folders, or its unit hides them (ProtectHome=, PrivateTmp=): move the file'
    } to a folder that InvokeAI can read, such as /var/lib/invokeai/models.`,
    retryable: false,
  }) as const;

/** Maps a missing endpoint of older versions to `not-offered`; throws any other error. */
export function notOffered(thrown: unknown): 'not-offered' {
  const { code, facts } = toPanelError(thrown);
  if (code === 'invokeai-no-such-path') return 'not-offered';
  if (code === 'invokeai-refused' && (facts?.['status'] === '404' || facts?.['status'] === '405')) return 'not-offered';
  throw thrown;
}
