import type { Logger } from '../foundation/log/log.ts';

type Level = keyof Logger;

/** Keeps what is logged before the log is open: its library is loaded after the window, which must not wait for it. */
export interface EarlyLog extends Logger {
  /** Hands over what was kept, in order, and everything that follows. */
  attach(log: Logger): void;
}

export function createEarlyLog(): EarlyLog {
  let target: Logger | null = null;
  const kept: (readonly [Level, string, Readonly<Record<string, unknown>> | undefined])[] = [];
  const at =
    (level: Level): Logger[Level] =>
    (event, facts) => {
      if (target === null) kept.push([level, event, facts]);
      else target[level](event, facts);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    attach: (log) => {
      target = log;
      for (const [level, event, facts] of kept.splice(0)) log[level](event, facts);
    },
  };
}
