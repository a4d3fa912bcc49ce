import type { ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import { hasCode, type PanelException, panelError, toPanelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { plainText } from '../../../shared/plain-text.ts';

export const notInvokeAiError = (): PanelException =>
  panelError({
    code: 'invokeai-not-there',
    layer: 'backend',
    message: 'What answers at the address of InvokeAI is something else.',
    hint: 'Cockpit and Prometheus use port 9090, too. See on the host what listens there, or set another address in Settings.',
    retryable: true,
  });

export const diskTooSmallError = (neededBytes: number, disk: ModelsDisk): PanelException =>
  panelError({
    code: 'disk-too-small',
    layer: 'host',
    message: `This takes about ${formatBytes(neededBytes)}, and ${formatBytes(disk.freeBytes)} are free on ${disk.path}.`,
    hint: 'Delete a model you no longer use, or free space on the host; nothing was begun.',
    retryable: true,
  });

const UNCHANGED = {
  pause: { verb: 'pause', hint: 'It may be past its download, which cannot be paused.' },
  resume: { verb: 'resume', hint: 'If it stays so, start it over.' },
  cancel: { verb: 'cancel', hint: 'It may be hashing the files, which ends by itself; then delete the model.' },
  'start-over': { verb: 'start over', hint: 'Cancel it, then install the same source again.' },
} as const;

/** InvokeAI accepted a verb, and the job is as it was. */
export const installUnchangedError = (source: string, verb: keyof typeof UNCHANGED, state: string): PanelException =>
  panelError({
    code: 'install-unchanged',
    layer: 'backend',
    message: `InvokeAI did not ${UNCHANGED[verb].verb} ${source}: it is still "${state.replaceAll('_', ' ')}".`,
    hint: UNCHANGED[verb].hint,
    retryable: true,
  });

/** The job that was meant is not in InvokeAI's list any more. */
export const installGoneError = (source: string): PanelException =>
  panelError({
    code: 'install-gone',
    layer: 'backend',
    message: `InvokeAI no longer has the install of ${source}.`,
    hint: 'InvokeAI was restarted, or its list was cleared. Install the model again.',
    retryable: false,
  });

/** The job that was meant is not in InvokeAI's queue any more. */
export const queueJobGoneError = (): PanelException =>
  panelError({
    code: 'queue-job-gone',
    layer: 'backend',
    message: 'This job is no longer in InvokeAI’s queue.',
    hint: 'It ended, or somebody cleared the queue.',
    retryable: false,
  });

export const hfTokenRefusedError = (): PanelException =>
  panelError({
    code: 'hf-token-refused',
    layer: 'network',
    message: 'Hugging Face did not accept this token; InvokeAI stored nothing.',
    hint: 'Create a token with read access at huggingface.co/settings/tokens and paste it whole.',
    retryable: false,
  });

const isPath = (source: string): boolean => source.startsWith('/');

/**
 * InvokeAI answers 500 without a word when a repo is gated, unknown or cannot be reached, and the same 409 for a misspelt path and
 * for one that its service may not read. Throws better words for these, else again what it was given.
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
        hint: 'Check the address, and that the host reaches this server; it may ask for a login. The log of InvokeAI has the reason.',
        retryable: true,
      });
    }
    if (status === '500' && !isPath(source)) {
      throw panelError({
        ...error,
        code: 'repo-not-had',
        message: `InvokeAI could not get ${source} from Hugging Face.`,
        hint: 'The name may be wrong, the repo may ask for a login or for its licence to be accepted, or the host cannot reach Hugging Face. A token is entered below the list.',
        retryable: true,
      });
    }
    if (status !== '409' || !/unsupported model source/i.test(error.message)) throw thrown;
    if (!isPath(source)) {
      throw panelError({
        ...error,
        code: 'source-not-understood',
        message: `InvokeAI does not understand "${source}".`,
        hint: 'Enter a Hugging Face repo (org/name), an address (https://…), or a full path on the host (/…).',
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

/** What an older version does not have; throws again what is another trouble. */
export function notOffered(thrown: unknown): 'not-offered' {
  const { code, facts } = toPanelError(thrown);
  if (code === 'invokeai-no-such-path') return 'not-offered';
  if (code === 'invokeai-refused' && (facts?.['status'] === '404' || facts?.['status'] === '405')) return 'not-offered';
  throw thrown;
}
