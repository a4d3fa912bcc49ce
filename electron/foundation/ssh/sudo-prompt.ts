/** The question at the end of sudo's stderr. `prompt` is its text, `of` the user whose password sudo wants. */
export type SudoQuestion =
  | { readonly kind: 'password'; readonly of: string | null; readonly prompt: string }
  | { readonly kind: 'other'; readonly text: string };

/** PAM's and sudo's questions for a password in the C locale; a one-time, new or current password is another. */
const PASSWORD =
  /^(?:\[[^\]\n]{1,80}\] )?(?:(?:enter|your|unix|ldap|ad|domain|kerberos|login|account|\S{1,100}'s) ){0,3}password(?: (?:for|of) (\S{1,300}?))?\s{0,3}[:?]?\s*$/i;
/** Questions end so; a line of sudo's own that is still on the way may, too. */
const QUESTION = /[:?>]\s*$/;
const MAX_LINE_CHARS = 2_000;

/**
 * The prompt for `-p`, which replaces every question of PAM. `%p` is the user whose password sudo wants, which targetpw,
 * rootpw and runaspw change (sudo(8)); sudo-rs leaves it. `token` separates the panel's prompt from the output of a command.
 */
export function promptArgument(token: string): string {
  return `[${token} %p] password: `;
}

/** Whether the panel's prompt is at the end: null = not yet. sudo-rs prints `[sudo: PROMPT] ` and PAM's own question after it. */
export function readOurPrompt(stderr: string, token: string): SudoQuestion | null {
  const line = lastLine(stderr);
  const [prompt, before = '', of = '', after = ''] =
    new RegExp(`(\\[sudo: )?\\[${token} (\\S{1,300})\\] password: (\\] .{0,300})?$`, 's').exec(line) ?? [];
  if (prompt === undefined || (before !== '' && !QUESTION.test(after))) return null;
  return { kind: 'password', of: of === '%p' ? null : of, prompt };
}

/**
 * The question of sudo without `-p` at the end; null = none, or an incomplete one. sudo prints its own prompt in
 * place of PAM's where PAM wants a password, and PAM's own text otherwise; sudo-rs puts `[sudo: authenticate] ` before both.
 */
export function readQuestion(stderr: string): SudoQuestion | null {
  const line = lastLine(stderr);
  if (!QUESTION.test(line) || /^sudo(?:-rs)?: /.test(line)) return null;
  const requested = line.replace(/^\[sudo: [^\]\n]{0,80}\] /, '');
  const password = PASSWORD.exec(requested);
  if (password !== null) return { kind: 'password', of: password[1]?.replace(/[@:].*$/s, '') ?? null, prompt: line };
  return { kind: 'other', text: requested.replace(/^\[sudo: input needed\]? ?/, '').trim() };
}

/**
 * As {@link readQuestion}, for sudo whose own prompt is ours: sudo prints that in place of PAM's question for a password, sudo-rs
 * prints `[sudo: PROMPT] ` before PAM's every question.
 */
export function readProofQuestion(stderr: string, token: string): SudoQuestion | null {
  const line = lastLine(stderr);
  if (!line.includes(token)) return readQuestion(stderr);
  const before = new RegExp(`^\\[sudo: \\[${token} \\S{1,300}\\] password: \\] `).exec(line)?.[0];
  if (before === undefined) return readOurPrompt(stderr, token);
  const question = readQuestion(line.slice(before.length));
  return question?.kind === 'password' ? { ...question, prompt: line } : question;
}

const lastLine = (text: string): string => text.slice(text.lastIndexOf('\n') + 1).slice(-MAX_LINE_CHARS);
