import type { JournalBatch, PackedJournalBatch } from './capabilities/journal/contract.ts';

/** A batch as it crosses into the page. */
export function packBatch({ streamId, entries, mark }: JournalBatch): PackedJournalBatch {
  return { streamId, json: JSON.stringify({ entries, mark }) };
}

/** The opposite of {@link packBatch}, for what this build's main process packed. */
export function unpackBatch({ streamId, json }: PackedJournalBatch): JournalBatch {
  const { entries, mark } = JSON.parse(json) as Pick<JournalBatch, 'entries' | 'mark'>;
  return { streamId, entries, mark };
}
