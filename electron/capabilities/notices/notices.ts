import type { Notice } from '../../../shared/capabilities/app/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { PanelError } from '../../../shared/errors.ts';

const MAX_KEPT = 200;

/** The recent notices, newest last, for the status line and "Recent activity". */
export interface Notices {
  list(): Notice[];
  /** `hostLabel` names the host of the notice, `opens` the page that shows more. */
  notify(tone: Notice['tone'], message: string, error?: PanelError, hostLabel?: string, opens?: Notice['opens']): void;
  onNotice(listener: (notice: Notice) => void): () => void;
}

export function createNotices(now: () => number): Notices {
  const kept: Notice[] = [];
  const added = createEmitter<Notice>();
  let nextId = 1;
  return {
    list: () => [...kept],
    notify: (tone, message, error, hostLabel, opens) => {
      const notice: Notice = {
        id: nextId++,
        at: now(),
        tone,
        message,
        error: error ?? null,
        hostLabel: hostLabel ?? null,
        opens: opens ?? null,
      };
      kept.push(notice);
      if (kept.length > MAX_KEPT) kept.shift();
      added.emit(notice);
    },
    onNotice: added.on,
  };
}
