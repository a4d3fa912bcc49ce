import { createHash } from 'node:crypto';
import type { LabFault } from './faults.ts';
import { hubFileAt } from './hub-models.ts';

/** A large file somewhere on the internet, as a download from the host would see it. */
export interface RemoteFile {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export type RemoteReply =
  | { readonly kind: 'file'; readonly file: RemoteFile }
  | { readonly kind: 'refused'; readonly status: 401 | 404 }
  | { readonly kind: 'unknown-host'; readonly host: string };

const HUGGING_FACE = 'https://huggingface.co';
const FILES: Readonly<Record<string, RemoteFile>> = {
  [`${HUGGING_FACE}/stabilityai/stable-diffusion-xl-base-1.0/resolve/main/sd_xl_base_1.0.safetensors`]: {
    bytes: 6_938_078_334,
    sha256: '31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b',
  },
  [`${HUGGING_FACE}/stable-diffusion-v1-5/stable-diffusion-v1-5/resolve/main/v1-5-pruned-emaonly.safetensors`]: {
    bytes: 4_265_146_304,
    sha256: '6ce0161689b3853acaa03779ec93eafe75a02f4ced659bee03f50797806fa2fa',
  },
};

/** Bytes per second that the host downloads with. */
export function downloadRate(faults: ReadonlySet<LabFault>): number {
  return faults.has('downloads-are-fast') ? 20_000_000_000 : 180_000_000;
}

/** What a server on the internet answers. */
export function requestRemote(url: string, o: { readonly hasToken: boolean; readonly faults: ReadonlySet<LabFault> }): RemoteReply {
  const [address = ''] = url.split(/[?#]/);
  const host = /^https?:\/\/([^/:]+)/.exec(address)?.[1] ?? address;
  if (host !== 'huggingface.co') return { kind: 'unknown-host', host };
  const inRepo = hubFileAt(address);
  const file = FILES[address] ?? (inRepo === null ? undefined : { bytes: inRepo.bytes, sha256: sha256OfPath(inRepo.path) });
  if (file === undefined) return { kind: 'refused', status: 404 };
  const isGated = o.faults.has('gated-repo') || (inRepo !== null && inRepo.repo.gated !== false);
  if (isGated && !o.hasToken) return { kind: 'refused', status: 401 };
  return { kind: 'file', file };
}

/** The checksum that the simulated Hugging Face reports of a file. */
export const sha256OfPath = (path: string): string => createHash('sha256').update(path).digest('hex');

/** What of a file has arrived; its checksum is the right one only when that is all of it. */
export function partOf(file: RemoteFile, bytes: number): RemoteFile {
  const isComplete = bytes === file.bytes;
  return { bytes, sha256: isComplete ? file.sha256 : createHash('sha256').update(`${file.sha256} ${bytes}`).digest('hex') };
}
