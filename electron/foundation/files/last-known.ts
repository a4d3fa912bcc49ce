import { fromJson, toJson } from '../../../shared/float-json.ts';
import { isRecord } from '../../../shared/record.ts';
import type { Logger } from '../log/log.ts';
import { readText, writeFileAtomic } from './atomic-file.ts';
import { createSaveMonitor, type SaveMonitor } from './save-monitor.ts';

/** How long a change waits in memory at most. */
const WRITE_BEHIND_MS = 15_000;

type Values = Record<string, unknown>;

/**
 * The newest state of each host, shown at the next start before any host responds. A separate small document,
 * so that a window need not wait for the samples' store to open. No method throws for a disk that is full or broken.
 */
export interface LastKnown {
  /** `value`: JSON, and Float64Arrays in it; must not be changed afterwards. On disk within 15 s. */
  remember(hostId: string, key: string, value: unknown): void;
  /** Undefined when nothing is known. */
  recall(hostId: string, key: string): unknown;
  clear(hostId: string): void;
  flush(): void;
}

/** Opens the document at `file`; one that does not parse counts as empty, since all in it is learned again. */
export function openLastKnown(o: { readonly file: string; readonly saves?: SaveMonitor; readonly log: Logger }): LastKnown {
  const saves = o.saves ?? createSaveMonitor();
  const hosts = load(o);
  let timer: ReturnType<typeof setTimeout> | null = null;

  const flush = (): void => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    saves.save(o.file, () => writeFileAtomic(o.file, toJson(Object.fromEntries(hosts))));
  };
  const schedule = (): void => {
    timer ??= setTimeout(flush, WRITE_BEHIND_MS);
    timer.unref?.();
  };

  return {
    remember: (hostId, key, value) => {
      hosts.set(hostId, { ...hosts.get(hostId), [key]: value });
      schedule();
    },
    recall: (hostId, key) => hosts.get(hostId)?.[key],
    clear: (hostId) => {
      if (hosts.delete(hostId)) schedule();
    },
    flush,
  };
}

function load(o: { readonly file: string; readonly log: Logger }): Map<string, Values> {
  let text: string;
  try {
    text = readText(o.file);
  } catch {
    return new Map();
  }
  const stored = fromJson(text);
  if (!isRecord(stored)) {
    o.log.warn('last-known.broken', { file: o.file });
    return new Map();
  }
  return new Map(Object.entries(stored).filter((entry): entry is [string, Values] => isRecord(entry[1])));
}
