/** Longest pattern of a list that OpenSSH itself would read (match.c). */
const MAX_PATTERN_LENGTH = 1_023;

/** Lower case in ASCII only, as OpenSSH folds names: the case of other letters can depend on the language. */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether `text` matches a pattern of `*` and `?` (ssh_config(5), PATTERNS). Brackets are literal; no pattern makes it slow. */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** Whether one of the patterns matches and no `!pattern` does. A list with a pattern that is too long matches nothing, as in ssh. */
export function matchesPatterns(patterns: readonly string[], text: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    const plain = negated ? pattern.slice(1) : pattern;
    if (plain.length > MAX_PATTERN_LENGTH) return false;
    if (!matchesPattern(plain, text)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}
