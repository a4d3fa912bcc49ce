/** JSON as Python writes it, with NaN and Infinity, which become null. Undefined for invalid JSON. */
export function parsePythonJson(text: string): unknown {
  const trimmed = text.replace(/\0+$/, '');
  try {
    return JSON.parse(trimmed);
  } catch {
    try {
      // A string that never ends is taken to the end: looked for again from each of its quotes, it would take forever.
      return JSON.parse(trimmed.replace(/"(?:\\.|[^"\\])*"?|-?\b(?:NaN|Infinity)\b/g, (word) => (word.startsWith('"') ? word : 'null')));
    } catch {
      return undefined;
    }
  }
}
