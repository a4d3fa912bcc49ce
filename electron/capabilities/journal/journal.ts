import { randomUUID } from 'node:crypto';
import type { JournalBatch, JournalEntry, JournalField, JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import type { Selection } from './commands.ts';
import { readFields } from './fields.ts';
import { createFollower, type Follower } from './follower.ts';
import { exportEntries, type OlderRequest, readOlder, readRange, type Span } from './past.ts';

/** The journal of one host. Throws PanelException: journal-unreadable and the codes of the transport. */
export interface Journal {
  /** Follows these units and closes the previous stream. Entries and states are events. */
  open(selection: Selection & { readonly backlog: number }): { streamId: string };
  close(streamId: string): void;
  /** Entries the window has taken since the stream was opened. */
  acknowledge(streamId: string, received: number): void;
  older(request: OlderRequest): Promise<JournalEntry[]>;
  range(request: Selection & { readonly fromMs: number; readonly toMs: number; readonly count: number }): Promise<JournalEntry[]>;
  /** Every field of one entry; null = it is no longer in the journal. */
  fields(cursor: string): Promise<JournalField[] | null>;
  /** One string per entry, for a file. */
  exportText(selection: Selection & Span, format: 'text' | 'jsonl'): AsyncIterable<string>;
  onEntries(listener: (batch: JournalBatch) => void): () => void;
  onStream(listener: (state: JournalStreamState) => void): () => void;
  stop(): void;
}

export function createJournal(o: {
  readonly transport: Transport;
  readonly log: Logger;
  readonly now?: () => number;
  /** Host clock minus this computer's clock in ms; null = unknown. */
  readonly clockOffsetMs?: () => number | null;
}): Journal {
  const { transport, log } = o;
  const entryBatches = createEmitter<JournalBatch>();
  const streamChanges = createEmitter<JournalStreamState>();
  let current: { readonly streamId: string; readonly follower: Follower } | null = null;
  const stop = (): void => {
    current?.follower.close();
    current = null;
  };
  return {
    open: (selection) => {
      stop();
      const streamId = randomUUID();
      const follower = createFollower({
        transport,
        streamId,
        selection,
        onBatch: (batch) => {
          entryBatches.emit(batch);
        },
        onState: (state) => {
          streamChanges.emit(state);
        },
        clockOffsetMs: o.clockOffsetMs ?? (() => null),
        log,
        now: o.now ?? Date.now,
      });
      current = { streamId, follower };
      return { streamId };
    },
    close: (streamId) => {
      if (current?.streamId === streamId) stop();
    },
    acknowledge: (streamId, received) => {
      if (current?.streamId === streamId) current.follower.acknowledge(received);
    },
    older: (request) => readOlder(transport, request),
    range: (request) => readRange(transport, request),
    fields: (cursor) => readFields(transport, cursor),
    exportText: (selection, format) => exportEntries(transport, selection, format),
    onEntries: entryBatches.on,
    onStream: streamChanges.on,
    stop,
  };
}
