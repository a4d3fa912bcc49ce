import type { EnvAssignment } from '../../../foundation/files/dotenv.ts';

/** The values to set by name; null removes a variable. */
export type EnvChanges = Readonly<Record<string, string | null>>;

/** How a kind of environment file is read and how it spells an assignment. */
export interface EnvSyntax {
  readonly read: (text: string) => readonly EnvAssignment[];
  readonly spell: (key: string, value: string) => string;
}

/**
 * The text with these variables; comments, order and all other lines stay. A new variable comes below the comment that shows it
 * (`#NAME=…`), else at the end. A variable that has its value is left as it is spelt; of several assignments the last one is changed.
 */
export function editEnv(text: string, changes: EnvChanges, { read, spell }: EnvSyntax): string {
  let edited = text;
  for (const [key, value] of Object.entries(changes)) {
    const places = read(edited).filter((assignment) => assignment.key === key);
    const last = places.at(-1);
    if (value === null) edited = places.reduceRight(withoutLine, edited);
    else if (last === undefined) edited = withNewLine(edited, key, spell(key, value));
    else if (last.value !== value) edited = `${edited.slice(0, last.start)}${spell(key, value)}${edited.slice(last.end)}`;
  }
  return edited === '' || edited.endsWith('\n') ? edited : `${edited}\n`;
}

function withoutLine(text: string, { start, end }: EnvAssignment): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  return `${text.slice(0, from)}${lineEnd < 0 ? '' : text.slice(lineEnd + 1)}`;
}

function withNewLine(text: string, key: string, assignment: string): string {
  const lines = text.split('\n');
  const shown = lines.findIndex((line) => line.startsWith('#') && line.replace(/^#\s*/, '').startsWith(`${key}=`) && !line.endsWith('\\'));
  if (shown >= 0 && shown < lines.length - 1) return [...lines.slice(0, shown + 1), assignment, ...lines.slice(shown + 1)].join('\n');
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${assignment}\n`;
}
