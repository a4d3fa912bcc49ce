/** A value for curl's configuration, as its manual quotes it (curl(1), --config). */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, '')}"`;
}

/** curl's configuration, by its standard input: the process list of the host shows arguments to everybody. */
export const configOf = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** The header of a token, as a line of the configuration. */
export const authorization = (token: string | null): readonly string[] =>
  token === null ? [] : [`header = ${quoted(`Authorization: Bearer ${token}`)}`];
