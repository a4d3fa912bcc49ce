import { readDotenv } from '../../../foundation/files/dotenv.ts';
import { setupBadParameterError } from '../errors.ts';
import { checkedLine, checkedVariable } from './checked-words.ts';
import { type EnvChanges, editEnv } from './env-edit.ts';

/** The variables of the gateway's `.env` by name; of several assignments the last one counts. */
export const readGatewayEnv = (text: string): ReadonlyMap<string, string> =>
  new Map(readDotenv(text).map(({ key, value }) => [key, value]));

/** The part of a `.env` that may be shown: these variables, in the order of the file. The file holds tokens as well. */
export function showGatewayEnv(text: string, keys: readonly string[]): string {
  const shown = [...readGatewayEnv(text)].filter(([key]) => keys.includes(key));
  return shown.map(([key, value]) => `${key}=${value}\n`).join('');
}

/**
 * The text of the gateway's `.env` with these variables; comments, order and other lines stay, and quotes are used only where a value needs them.
 * Null removes a variable. Errors: `setup-bad-parameter` for a value that the format cannot hold.
 */
export function editGatewayEnv(text: string, changes: EnvChanges): string {
  for (const [key, value] of Object.entries(changes)) if (value !== null && value !== '') checkedLine(checkedVariable(key), value);
  return editEnv(text, changes, { read: readDotenv, spell });
}

/** `NAME=value` in the first of the spellings that is read back as the value, whatever follows it. */
function spell(key: string, value: string): string {
  const spellings = [value, `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`, `'${value}'`];
  const right = spellings
    .map((spelling) => `${key}=${spelling}`)
    .find((assignment) => {
      const read = readDotenv(`${assignment} # it's\nNEXT="'" # "\n`);
      return read.length === 2 && read[0]?.value === value && read[1]?.value === "'" && !value.includes('${');
    });
  if (right !== undefined) return right;
  throw setupBadParameterError({
    key,
    label: key,
    reason: 'the file cannot hold this value; use one without ${ and without quotes beside backslashes',
  });
}
