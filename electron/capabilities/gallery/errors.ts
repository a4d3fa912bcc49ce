import { type CodedError, PanelException, panelError } from '../../../shared/errors.ts';

/** For an image that the gallery does not take; `savedAs` is where its bytes were saved, null = nowhere. */
export function notTakenError(error: PanelException, savedAs: string | null): PanelException {
  if (savedAs === null) return error;
  const { hint, facts, ...rest } = error.panelError;
  return new PanelException({ ...rest, hint: `It was saved as ${savedAs}. ${hint}`, facts: { ...facts, savedAs } });
}

/** For an image of another format. */
export function otherFormatError(format: string): PanelException {
  return panelError({
    code: 'image-unreadable',
    layer: 'backend',
    message: `The image is ${format}; the gallery supports PNG only.`,
    hint: 'Set the backend to return PNG images.',
    retryable: false,
  });
}

/** For what came back instead of a whole PNG. */
export function unreadableError(data: Buffer): PanelException {
  const isSvg = /^\s*<(\?xml|svg)/.test(data.subarray(0, 200).toString('latin1'));
  return panelError({
    code: 'image-unreadable',
    layer: 'backend',
    message: isSvg ? 'The gateway returned an SVG from its mock backend.' : 'The response contains no complete PNG image.',
    hint: isSvg ? 'Set IMAGES_BACKEND to http_openai_images on the gateway.' : 'Retry. If it fails again, see the backend log.',
    retryable: !isSvg,
  });
}

/** For an image of too many bytes or too many pixels; nothing of it was decoded. */
export function tooLargeError(what: string): PanelException {
  return panelError({
    code: 'image-too-large',
    layer: 'backend',
    message: `The image is too large: ${what}.`,
    hint: 'The limits are 64 MiB, 64 megapixels and 16,384 pixels on a side. Request a smaller image.',
    retryable: false,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'no permission to write',
  EPERM: 'no permission to write',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a file blocks the gallery folder',
  EEXIST: 'a file blocks the gallery folder',
  EIO: 'the disk reports an error',
};

/** For an image that could not be written to, or moved in, the gallery. */
export function notWrittenError(cause: unknown): PanelException {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = REASONS[code];
  return panelError({
    code: 'gallery-not-written',
    layer: 'laptop',
    message: `The gallery on this computer cannot be written${reason === undefined ? '' : `: ${reason}`}.`,
    hint: 'Check free space and permissions of the data folder, then retry.',
    retryable: true,
    detail: cause instanceof Error ? cause.message : String(cause),
  });
}

/** For a gallery folder that cannot be listed. */
export function notReadError(cause: unknown): PanelException {
  return panelError({
    code: 'gallery-not-read',
    layer: 'laptop',
    message: 'The gallery folder on this computer cannot be read.',
    hint: 'Check that the data folder exists and is readable, then retry.',
    retryable: true,
    detail: cause instanceof Error ? cause.message : String(cause),
  });
}

/** For an image whose file is not in the gallery folder. */
export const fileMissingError = (): PanelException =>
  panelError({
    code: 'image-file-missing',
    layer: 'laptop',
    message: 'The file is no longer in the gallery folder.',
    hint: 'It was moved or deleted by another program.',
    retryable: false,
  });

/** When images that are not saved fill the memory set aside for them. */
export const unsavedError: CodedError = {
  code: 'images-unsaved',
  layer: 'laptop',
  message: 'Too many images are waiting to be saved.',
  hint: 'Save or discard the images marked as not saved, then start again.',
  retryable: true,
};
