/* biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is taken out */
/** Escape sequences of ECMA-48: CSI, strings (OSC, DCS, PM, APC) up to their end, and two- and three-byte ones. */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text without colour codes and control characters; newlines and tabs stay. A line drawn over by `\r` keeps its last state. Pure. */
export function stripAnsi(text: string): string {
  if (!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text)) return text;
  return text
    .replace(SEQUENCES, '')
    .replace(/\r+(?=\n|$)/g, '')
    .replace(/[^\n]*\r/g, '')
    .replace(CONTROLS, '');
}
