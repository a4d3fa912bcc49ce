/** The first part of a path says which of the services of the mirror it belongs to. */
export type MirrorPart = 'apt' | 'pypi' | 'whl' | 'python' | 'git' | 'files' | 'hf';

/** `unreachable` refuses connections where it concerns the whole mirror, and breaks them where it concerns one part. */
export type MirrorFault =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Each reply ends after so many bytes, the first `times` of them that are longer (all without it). */
  | { readonly kind: 'breaks-off'; readonly afterBytes: number; readonly times?: number }
  | { readonly kind: 'no-ranges' };

const STEPS_PER_SECOND = 10;

export const partOf = (path: string): string => path.split('/')[1] ?? '';

/** A fault as it applies to replies: it counts how often it has struck. */
export class ActiveFault {
  readonly fault: MirrorFault;
  readonly part: MirrorPart | null;
  #struck = 0;

  constructor(fault: MirrorFault, part: MirrorPart | null) {
    this.fault = fault;
    this.part = part;
  }

  concerns(path: string): boolean {
    return this.part === null || this.part === partOf(path);
  }

  /** The most bytes of one reply of `length` bytes (null = unknown); Infinity = all of them. */
  limit(length: number | null): number {
    const { fault } = this;
    if (fault.kind !== 'breaks-off' || this.#struck >= (fault.times ?? Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
    if (length !== null && length <= fault.afterBytes) return Number.POSITIVE_INFINITY;
    this.#struck += 1;
    return fault.afterBytes;
  }
}

/** Passes a body on in the pace of the fault. */
export async function* paced(body: AsyncIterable<Buffer>, current: () => ActiveFault | null): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    let rest = chunk;
    while (rest.length > 0) {
      // Asked for anew at each step: a fault may be taken away in the middle of a reply.
      const fault = current()?.fault;
      const isSlow = fault?.kind === 'slow';
      const step = isSlow ? Math.max(1, Math.round(fault.bytesPerSecond / STEPS_PER_SECOND)) : rest.length;
      yield rest.subarray(0, step);
      rest = rest.subarray(step);
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 1000 / STEPS_PER_SECOND));
    }
  }
}
