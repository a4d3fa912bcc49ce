/** Thrown by a source that is still read: who asked is asked again once `read` is done. */
export class StillReading extends Error {
  readonly read: Promise<unknown>;

  constructor(read: Promise<unknown>) {
    super('still reading');
    this.read = read;
  }
}

/** What a reading gives, once it is there. The reading must not reject. */
export function givenOut<T>(reading: Promise<T>): { /** Throws StillReading. */ now(): T; readonly read: Promise<unknown> } {
  let given: { readonly value: T } | null = null;
  const read = reading.then((value) => {
    given = { value };
  });
  return {
    now: () => {
      if (given === null) throw new StillReading(read);
      return given.value;
    },
    read,
  };
}
