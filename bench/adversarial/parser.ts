/** A function that reads text from outside: from a host, a server, or a file that others may write. */
export interface Parser {
  /** `area: what it reads`. */
  readonly name: string;
  /** What it looks for, so that shapes can repeat it. */
  readonly prefixes: readonly string[];
  /** Puts the text where an attacker can put it; the returned function is what is measured. */
  readonly prepare: (text: string) => () => unknown;
}

/** A parser that is given the text itself. */
export const reads = (name: string, read: (text: string) => unknown, ...prefixes: readonly string[]): Parser => ({
  name,
  prefixes,
  prepare: (text) => () => read(text),
});

/** A parser that is given lines: what reads the host has taken them apart. */
export const readsLines = (name: string, read: (lines: readonly string[]) => unknown, ...prefixes: readonly string[]): Parser => ({
  name,
  prefixes,
  prepare: (text) => {
    const lines = text.split('\n');
    return () => read(lines);
  },
});

/** The document, with as much of the text in it that both have the same length: that is what comes over the line. */
function wrapped(text: string, wrap: (text: string) => unknown): string {
  const json = JSON.stringify(wrap(text));
  return json.length <= text.length * 1.1 ? json : JSON.stringify(wrap(text.slice(0, Math.floor(text.length ** 2 / json.length))));
}

/** A parser that is given a JSON document, as text, with the text in it. */
export const readsJson = (
  name: string,
  wrap: (text: string) => unknown,
  read: (json: string) => unknown,
  ...prefixes: readonly string[]
): Parser => ({
  name,
  prefixes,
  prepare: (text) => {
    const json = wrapped(text, wrap);
    return () => read(json);
  },
});

/** A parser that is given a document that was parsed before. */
export const readsValue = (
  name: string,
  wrap: (text: string) => unknown,
  read: (value: unknown) => unknown,
  ...prefixes: readonly string[]
): Parser => ({
  name,
  prefixes,
  prepare: (text) => {
    const value: unknown = JSON.parse(wrapped(text, wrap));
    return () => read(value);
  },
});
