import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs, JournalCursor, UnitName } from '../../identifiers.ts';

/** Syslog's levels, 0 emergency to 7 debug. */
export const Priority = z.number().int().min(0).max(7);

export const JournalEntry = z
  .object({
    cursor: JournalCursor,
    /** Host clock. */
    at: EpochMs,
    bootId: z.string(),
    unit: z.string(),
    identifier: z.string(),
    pid: z.number().int().nullable(),
    /** The priority in the journal; output of a service has 6 unless the service sets another. */
    priority: Priority.nullable(),
    /** The level: as the text has it (ERROR, Traceback, CUDA out of memory…), or the priority where that is worse. */
    severity: z.enum(['error', 'warning', 'info', 'debug']),
    /** ANSI and control characters taken out; may hold newlines. */
    text: z.string(),
    kind: z.enum(['line', 'lifecycle', 'suppressed', 'truncated']),
    /** Lines of one traceback share the cursor of its first line. */
    groupCursor: JournalCursor.nullable(),
  })
  .readonly();
export type JournalEntry = z.infer<typeof JournalEntry>;

/** One field of an entry as journald has it (systemd.journal-fields(7)), without secrets. */
export const JournalField = z.object({ name: z.string(), value: z.string() }).readonly();
export type JournalField = z.infer<typeof JournalField>;

/** A place in the stream where something is known to be missing or to have happened. */
export const JournalMark = z
  .object({ kind: z.enum(['reconnected', 'gap', 'rebooted', 'clock-skew']), at: EpochMs, message: z.string() })
  .readonly();
export type JournalMark = z.infer<typeof JournalMark>;

export const JournalBatch = z.object({ streamId: z.string(), entries: z.array(JournalEntry), mark: JournalMark.nullable() }).readonly();
export type JournalBatch = z.infer<typeof JournalBatch>;

/**
 * A batch on its way into the page, its entries and mark as JSON: the bridge between the two worlds copies objects field by
 * field, and a text at once. See ../journal-batch.ts.
 */
export const PackedJournalBatch = z.object({ streamId: z.string(), json: z.string() }).readonly();
export type PackedJournalBatch = z.infer<typeof PackedJournalBatch>;

export const JournalStreamState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opening'), streamId: z.string() }),
  z.object({ kind: z.literal('following'), streamId: z.string(), since: EpochMs, permission: z.enum(['full', 'limited']) }),
  z.object({ kind: z.literal('waiting'), streamId: z.string(), message: z.string() }),
  z.object({ kind: z.literal('failed'), streamId: z.string(), error: PanelErrorSchema }),
]);
export type JournalStreamState = z.infer<typeof JournalStreamState>;

const Selection = z.object({ units: z.array(UnitName).min(1).max(30), maxPriority: Priority.optional() });

export const journalCalls = [
  /** Follows these units, beginning with the newest `backlog` entries. One stream at a time a window. */
  hostCall('journal.open', Selection.extend({ backlog: z.number().int().min(0).max(5000) }), z.object({ streamId: z.string() })),
  hostCall('journal.close', z.object({ streamId: z.string().max(100) }), z.void()),
  /** The renderer says how far it has drawn, so that a slow window slows the stream and loses nothing. */
  hostCall('journal.acknowledge', z.object({ streamId: z.string().max(100), received: z.number().int() }), z.void()),
  /** Entries before a cursor or a time, oldest first. */
  hostCall(
    'journal.older',
    Selection.extend({ beforeCursor: JournalCursor.optional(), beforeMs: EpochMs.optional(), count: z.number().int().min(1).max(5000) }),
    z.array(JournalEntry),
  ),
  /**
   * Entries between two times (both included), oldest first; when there are more than `count`, the newest `count` of them:
   * what is looked at is the end of a stretch, and what lies before it is fetched with `journal.older`.
   */
  hostCall(
    'journal.range',
    Selection.extend({ fromMs: EpochMs, toMs: EpochMs, count: z.number().int().min(1).max(20000) }),
    z.array(JournalEntry),
  ),
  /** Every field of one entry; null when it is no longer in the journal. */
  hostCall('journal.fields', z.object({ cursor: JournalCursor }), z.array(JournalField).nullable()),
  /** Asks where to save; null when the operator cancelled. */
  hostCall(
    'journal.export',
    Selection.extend({ fromMs: EpochMs.optional(), toMs: EpochMs.optional(), format: z.enum(['text', 'jsonl']) }),
    z.object({ savedTo: z.string().nullable(), entries: z.number() }),
  ),
] as const;

export const journalEvents = [hostEvent('journal.entries', PackedJournalBatch), hostEvent('journal.stream', JournalStreamState)] as const;
