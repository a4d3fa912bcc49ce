import { createCipheriv, createHash } from 'node:crypto';

/** What the mirror serves under one path: bytes, or a file of this computer. */
export type Content =
  | { readonly type: string; readonly bytes: Buffer; readonly file?: undefined }
  | { readonly type: string; readonly file: string; readonly bytes?: undefined };

export type Contents = Map<string, Content>;

/** A file for a download. `sha256` in hexadecimal. */
export interface ServedFile {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that no compression makes smaller, the same for the same label. */
export function fillerBytes(label: string, length: number): Buffer {
  const key = createHash('sha256').update(label).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(length));
}
