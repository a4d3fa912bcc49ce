/** What InvokeAI writes before its message. */
export interface LogPrefix {
  /** Its own time as it prints it, without a time zone: `2026-08-19 03:13:04,123`. */
  readonly time: string;
  /** `InvokeAI`, `ModelInstallService`, `uvicorn.error`. */
  readonly logger: string;
  /** In capitals. */
  readonly level: string;
  /** Where the message begins in the text. */
  readonly length: number;
}

/** `[2026-08-19 03:13:04,123]::[InvokeAI]::INFO --> `; it may also stand at the beginning of a text of several lines. */
const INVOKEAI = /^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[,.]\d{3})\]::\[([^\]\s]{1,80})\]::([A-Z]{1,12}) --> ?/;

/** Reads InvokeAI's prefix of a log line without escape sequences; null = the line has none. Pure, linear; never throws. */
export function parseLogPrefix(text: string): LogPrefix | null {
  if (!text.startsWith('[')) return null;
  const match = INVOKEAI.exec(text.length > MAX_PREFIX_CHARS ? text.slice(0, MAX_PREFIX_CHARS) : text);
  if (match === null) return null;
  const [prefix, time = '', logger = '', level = ''] = match;
  return { time, logger, level, length: prefix.length };
}

/** Longer than any prefix that the pattern accepts. */
const MAX_PREFIX_CHARS = 160;
