import type { Logger } from '../foundation/log/log.ts';

type Level = keyof Logger;

/** Buffers log entries until the log is open; the log's library is loaded after the window. */
export interface EarlyLog extends Logger {
  /** Passes the buffered entries on in order, and then every new entry. */
  attach(log: Logger): void;
}

export function createEarlyLog(): EarlyLog {
  let target: Logger | null = null;
  const buffered: (readonly [Level, string, Readonly<Record<string, unknown>> | undefined])[] = [];
  const at =
    (level: Level): Logger[Level] =>
    (event, facts) => {
      if (target === null) buffered.push([level, event, facts]);
      else target[level](event, facts);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    attach: (log) => {
      target = log;
      for (const [level, event, facts] of buffered.splice(0)) log[level](event, facts);
    },
  };
}
