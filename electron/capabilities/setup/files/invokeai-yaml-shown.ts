import { INVOKEAI_KEYS } from './invokeai-keys.ts';

const MASK = '…';
/** Longer than any such file; the rest is not shown. */
const MAX_SHOWN_CHARS = 128 * 1024;
const KEY_LINE = /^( {0,40})([a-z0-9_]{1,80}) *:/;

/**
 * The text of `invokeai.yaml` as a plan may show it: values of tokens and keys are masked, of lists and maps all lines of the value, in the flat layout and in
 * the nested one of InvokeAI 3. Linear; never throws.
 */
export function showInvokeAiYaml(text: string): string {
  /** Indent of the masked key, while its value goes on. */
  let masked: number | null = null;
  const lines: string[] = [];
  for (const line of text.slice(0, MAX_SHOWN_CHARS).split('\n')) {
    const indent = line.length - line.trimStart().length;
    const isOfValue = line.trim() === '' || indent > (masked ?? 0) || (indent === masked && line.trimStart().startsWith('-'));
    if (masked !== null && isOfValue) continue;
    masked = null;
    const [, blanks = '', key = ''] = KEY_LINE.exec(line.slice(0, 200)) ?? [];
    if (INVOKEAI_KEYS.get(key)?.isSecret === true) {
      masked = blanks.length;
      lines.push(`${blanks}${key}: ${MASK}`);
    } else lines.push(line);
  }
  return masked === null ? lines.join('\n') : `${lines.join('\n')}\n`;
}
