/** A line of a sudoers file and what it means; `kind` says how a comparison with the wanted text came out. */
export interface ExplainedLine {
  readonly text: string;
  readonly said: string | null;
}

/**
 * Puts each explanation beside its line: comment and empty lines explain themselves, the n-th other line gets the n-th
 * explanation. Explanations left over stand at the end, without a line.
 */
export function explainLines(text: string, explanation: readonly string[]): readonly ExplainedLine[] {
  let next = 0;
  const lines: ExplainedLine[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    lines.push({ text: line, said: explanation[next] ?? null });
    next += 1;
  }
  for (const said of explanation.slice(next)) lines.push({ text: '', said });
  return lines;
}
